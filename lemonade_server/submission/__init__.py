"""SMTP in three faces: submission by our users, receiving for them, and LMTP (``face.py``)."""
