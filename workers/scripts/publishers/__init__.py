"""Where posts are published: one module for each way, all with the same interior."""
