"""The name that a mail program shows for an address field (RFC 5957 §3)."""

from __future__ import annotations

from . import fetch_structures, headers, text


def display_name(header: bytes, name: bytes) -> str:
    """The first address of a field as it is sorted: its name, else mailbox@host; folded.

    ``name`` is the field's, in lower case. Empty when there is no address.
    """
    chosen = headers.select(header, (name,))
    found = fetch_structures.address_fields(headers.tabulate(headers.unfolded_fields(chosen)), name)
    if not found:
        return ""
    shown, _, mailbox, host = found[0]
    decoded = text.decode_words(shown).strip() if shown else ""
    if not decoded and mailbox:
        decoded = text.guess(mailbox if host is None else b"%b@%b" % (mailbox, host))
    return text.casemap(decoded)
