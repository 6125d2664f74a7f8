"""``python -m taskyard.bench``."""

from taskyard.bench import main

main()
