"""``taskyard doctor``: looks at everything that a yard stands on, and says what to do about it."""
