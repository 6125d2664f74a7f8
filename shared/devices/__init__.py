"""Devices: telephones and tablets on which posts are published."""
