"""One connector for each kind of site, called as it; see `shared.links.connector`."""
