"""Own word lists, one language a module: valenced words, negations, boosters, dampeners.

A `*` ends a stem: every word that begins with it counts. Words are lower case, accents dropped.
"""
