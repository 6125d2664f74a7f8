"""Requests with an ``Idempotency-Key`` are done once, and answered the same again."""
