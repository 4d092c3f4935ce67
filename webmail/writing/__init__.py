"""The form in which a message is written, and drafts."""
