"""What a student hands in: its kind, and how a function is called without harm."""
