"""Link work: what is asked of a site, and the connectors that do it."""
