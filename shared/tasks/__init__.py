"""Tasks: their rows, their one state machine, and the way from a request to a worker and back."""
