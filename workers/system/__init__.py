"""Pool ``system``: tasks for smoke tests, fault tests and benchmarks."""
