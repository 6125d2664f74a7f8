"""The machine annotators: a lexicon, and two embeddings of different families, each with a head."""
