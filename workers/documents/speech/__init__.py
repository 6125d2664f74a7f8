"""Hearing: what a recording says, and when."""
