"""Answers: what annotators, machines and people, say, and what follows from several of them."""
