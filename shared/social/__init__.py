"""Accounts of social platforms, in which posts are published."""
