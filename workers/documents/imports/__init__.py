"""Bringing files into a folder, from addresses or out of an archive: the parts of IMPORT."""
