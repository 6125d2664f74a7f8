"""Owners' documents: folders, files, what was read in them, and what jobs made of it."""
