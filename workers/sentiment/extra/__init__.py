"""An optional further annotator: a stronger model, by path or by endpoint."""
