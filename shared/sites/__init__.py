"""Clients of sites that the pools publish to; everything they send passes the guard."""
