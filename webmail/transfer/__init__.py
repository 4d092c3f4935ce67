"""Mail out to files and in from files: mbox, Maildir, .eml, and ZIP of them."""
