"""Parts of ``taskyard submit FILE``: reading lines, sending them, writing down how far it is."""
