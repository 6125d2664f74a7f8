"""The dedicated workers: they consume the queues, do the work and report."""
