"""``taskyard chaos``: a load, faults at random, and a check of everything that happened.

`mix` decides what is submitted and `load` submits it; `storm` strikes faults meanwhile; once all
is quiet `history` reads what the store has written down, `check` judges it, and `report` tells.
"""
