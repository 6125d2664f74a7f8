"""Cuts documents into chunks, and keeps a folder's chunks and their vectors up to date."""
