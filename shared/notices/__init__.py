"""Callers are told of what happens to their tasks: webhooks, callbacks, and their deliveries."""
