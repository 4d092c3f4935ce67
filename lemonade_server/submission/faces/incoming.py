"""What SMTP and LMTP share: mail from elsewhere, for this server's own addresses only."""

from __future__ import annotations

from functools import partial

from lemonade_server.delivery.local import precompilation
from lemonade_server.delivery.local.precompilation import Filter
from lemonade_server.delivery.route import Leg, route
from lemonade_server.directory.addresses import domain_of
from lemonade_server.directory.lookup import is_local
from lemonade_server.store.db import Tx
from lemonade_server.store.quota import root_of
from lemonade_server.wire.errors import Reply
from lemonade_server.wire.smtp import RcptCommand

from ..session import Session


async def admit(session: Session, recipient: RcptCommand) -> None:
    """Refuse what is not ours, whom we don't have and who has no room.

    Raises Reply: 550 5.7.1, 5.1.1, 5.2.1, 552 5.2.2.
    """
    size = session.current.mail.size or 0
    filters = await session.service.db.read(lambda tx: _judge(tx, recipient.address, size))
    await make_ready(session, filters)


async def make_ready(session: Session, filters: list[Filter]) -> None:
    """Have the recipients' large filters compiled before the message is there."""
    if filters:
        made = await session.service.db.run(partial(precompilation.compile_all, filters))
        session.current.filters += made


def _judge(tx: Tx, address: str, size: int) -> list[Filter]:
    """The filters to make ready. Raises Reply."""
    if not is_local(tx, domain_of(address)):
        raise Reply(550, "5.7.1", f"<{address}> is not of this server, which does not relay")
    found = route(tx, address)
    if found.refused is not None:
        raise Reply(550, found.refused.status, found.refused.reason)
    if all(_is_full(tx, leg, size) for leg in found.legs):
        raise Reply(552, "5.2.2", f"The mailbox of <{address}> is full")
    return precompilation.find_large(tx, found.legs)


def _is_full(tx: Tx, leg: Leg, size: int) -> bool:
    """Whether a message of this size can't be put into the leg's mailbox now."""
    if leg.account is None:
        return bool(leg.status)
    root = root_of(tx, leg.account)
    if root is None:
        return False
    octets = root.octets_allowed and root.octets + size > root.octets_allowed
    return bool(octets or (root.messages_allowed and root.messages >= root.messages_allowed))
