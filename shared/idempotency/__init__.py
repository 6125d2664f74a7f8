"""What requests with an ``Idempotency-Key`` have done, so that none is done twice."""
