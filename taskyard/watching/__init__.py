"""Parts of ``taskyard watch`` without a task: what is seen, and how it is shown."""
