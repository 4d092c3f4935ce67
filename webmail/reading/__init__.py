"""Lists, opened messages and their parts."""
