"""What users type and import: the command line, and the supervisor of a whole yard."""
