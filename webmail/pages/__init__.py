"""What all pages share: the frame of a page, errors, addresses, signing in."""
