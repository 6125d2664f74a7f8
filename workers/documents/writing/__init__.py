"""Writing about documents: summaries, keywords and answers."""
