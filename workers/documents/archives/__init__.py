"""Archives: their members one after the other, without trust in what they say of themselves."""
