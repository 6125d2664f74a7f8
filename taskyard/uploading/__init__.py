"""Parts of ``taskyard upload``: which files, sending them, waiting until they are read."""
