"""A message from the Send button to its end."""
