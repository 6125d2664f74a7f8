"""Where folders are synced from: one module for each protocol, all with the same interior.

Each has ``open_source(url, options, settings)``, a context manager that connects and gives a
`Source`.
"""
