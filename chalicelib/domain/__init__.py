"""The rules. Pure functions and values on the standard library only; `now` and the zone come in as arguments."""
