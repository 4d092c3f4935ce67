"""What came with a message: looking through it, and all of it as one file."""
