"""The mail store: mailboxes, ropes of blobs, one change feed, search and the queue."""
