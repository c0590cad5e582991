"""What staff do with the calendar: look, answer, create, close."""
