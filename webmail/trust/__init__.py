"""Whom to trust: who signed a message, and what is odd about it."""
