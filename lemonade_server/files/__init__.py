"""Files that a start needs: written whole, and made once."""
