"""What operators do with a deployed stage."""
