"""What customers do: see what is free, ask for a time, look after what they asked for."""
