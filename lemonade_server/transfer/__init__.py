"""Mail in and out of the store as files: mbox, Maildir, .eml."""
