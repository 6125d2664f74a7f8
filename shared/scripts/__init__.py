"""Scripts: what operators of devices and accounts let run."""
