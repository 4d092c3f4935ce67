"""What the server conforms to, read from its registries, its code and its tests."""
