"""What runs by the clock, and what keeps the stored data consistent."""
