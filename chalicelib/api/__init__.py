"""The HTTP routes and the events. A route parses, makes one call and renders; it decides nothing."""
