"""Tasks that are submitted again and again: by cron expressions, or at intervals."""
