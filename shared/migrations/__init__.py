"""The way from any earlier shape of the store's tables to today's, by Alembic."""
