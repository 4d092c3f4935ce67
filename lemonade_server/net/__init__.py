"""Connections: asyncio, TLS, listeners and limits. Knows octets, not commands."""
