"""Task types that no machine of ours does: they wait for people, who answer over HTTP."""
