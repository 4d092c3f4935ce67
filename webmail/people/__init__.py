"""One's own addresses, and the people with whom one shares."""
