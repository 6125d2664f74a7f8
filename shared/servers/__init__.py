"""Remote servers: who they are, what they are assigned, and what they report."""
