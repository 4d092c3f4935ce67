"""The queue: what is due, who works on it, and what became of it."""
