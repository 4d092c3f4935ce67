"""Lists of extensions: what is in them is loaded, what can't work is refused."""
