"""Filters made by a form, and the script that they become."""
