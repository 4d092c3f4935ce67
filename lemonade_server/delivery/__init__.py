"""Accepted mail on its way: routes, local delivery, relay, reports and their tasks."""
