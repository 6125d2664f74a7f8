"""The pool that answers questions about texts: sentiment and topics."""
