"""What the product costs and bears, calculated."""
