"""For which domain a message is signed: a signature says that one of its users wrote that.

So a domain signs what its own users have submitted in their own name, and what this server writes
in theirs or its own. What somebody only sends on is somebody else's: it is signed where it still
bears a good signature of its author's domain, which then answers for it. Else anybody could have
alice's domain say that she wrote what she has never seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lemonade_server.directory import accounts
from lemonade_server.directory.ownership import MOST_ADDRESSES, owns_address
from lemonade_server.signing import verification
from lemonade_server.store.db import snapshot
from lemonade_server.store.ids import AccountId
from lemonade_server.store.queue import Envelope
from lemonade_server.wire import addresses, headers, resent_headers
from lemonade_server.wire.addresses import Address

from . import automatic_messages
from .reports import status_notification

_WRITTEN_HERE = (status_notification.SOURCE, automatic_messages.SOURCE)


def may_be_signed(envelope: Envelope) -> bool:
    """Whether anybody here answers for a message: who has submitted it, or this server. What comes
    from elsewhere and goes on may say that it is from one of ours and not be.
    """
    return envelope.account is not None or envelope.source in _WRITTEN_HERE


def signing_domain(envelope: Envelope, header: bytes, read: Callable[[], bytes] | None) -> str:
    """The domain that signs, empty when none does: of several authors, nobody can be spoken for.

    ``read`` gives the message as it will be sent; None when that is not as it came, so that no
    earlier signature can be good. Blocks.
    """
    values = headers.table(header).get(b"from", [])
    authors = addresses.mailboxes(values) if len(values) == 1 else []
    resenders = resent_headers.resenders(header)
    author = _only_host(authors)
    if not resenders or not author or envelope.account is None:
        return author
    if _owns_all(envelope.account, authors):
        return author
    if read is None:
        return ""
    is_good = verification.is_signed_by(author, header, envelope.size, read)
    return _only_host(resenders) if is_good else ""


def _owns_all(account: AccountId, authors: Sequence[Address]) -> bool:
    named = {accounts.canonical(addresses.specification(author)) for author in authors}
    if len(named) > MOST_ADDRESSES:
        return False
    with snapshot() as tx:
        return all(owns_address(tx, account, address) for address in named)


def _only_host(found: Sequence[Address]) -> str:
    """The domain that all addresses have in common; empty when there is none."""
    hosts = {host.decode("utf-8", "replace").lower() for _, _, _, host in found if host}
    return hosts.pop() if len(hosts) == 1 else ""
