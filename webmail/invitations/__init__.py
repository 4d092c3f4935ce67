"""Invitations (iTIP, RFC 5546): what they say, and the answer to them."""
