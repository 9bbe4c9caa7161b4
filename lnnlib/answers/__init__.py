"""What a student hands in: of which kind it is, and how a function of theirs is called without harm."""
