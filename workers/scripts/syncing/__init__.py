"""How the library is filled from a source: compared, brought, looked into, counted."""
