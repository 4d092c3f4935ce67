"""Pages that follow the mailbox while they are open."""
