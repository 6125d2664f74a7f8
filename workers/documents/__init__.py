"""Documents: reading, hearing, embedding, fetching and writing about owners' files."""
