"""Addresses of this server: what goes along when one of them goes."""
