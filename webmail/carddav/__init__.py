"""The address book for phones and other programs: CardDAV (RFC 6352) over WebDAV (RFC 4918).

Our own, over lxml: what is kept of such servers are applications (Radicale) and clients. A person
has one address book. It is found by ``/.well-known/carddav`` (RFC 6764 §5) and followed by
sync tokens (RFC 6578).
"""
