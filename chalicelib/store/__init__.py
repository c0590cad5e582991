"""The one DynamoDB table. Every write states its condition by name; no other room knows a key."""
