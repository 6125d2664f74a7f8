"""Streams: what happens to an account's tasks, told while it happens (Server-Sent Events)."""
