"""Delivery status notifications: those that are sent, and those that come back."""
