"""Bare Celery, as its documentation shows it: what the yard is compared with."""
