"""Vectors of texts: how they are made, kept and searched."""
