"""How a folder is made what its source is: compared, brought, counted."""
