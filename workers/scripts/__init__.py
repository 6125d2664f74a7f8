"""Scripts that run on devices and in accounts; `post` publishes videos and pictures."""
