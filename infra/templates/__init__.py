"""The templates that CloudFormation gets, made by functions. Nothing here asks AWS, reads a file or imports another room."""
