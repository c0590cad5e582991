"""A stage on AWS: what it is made of, and the commands that make it and take it away."""
