"""A package, so that the yard its tests share ends with the last of them."""
