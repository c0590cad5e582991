"""What is sent to customers, and what becomes of it."""
