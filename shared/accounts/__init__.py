"""Accounts: who may come in, what they may do, and what they have paid."""
