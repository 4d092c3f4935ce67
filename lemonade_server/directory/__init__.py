"""Addresses of this server: who has them, where they lead, and what goes when they go."""
