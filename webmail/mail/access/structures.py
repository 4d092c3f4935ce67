"""What a message is made of, which never changes: what was told lately is not asked for again.

A forward asks several times, as it is opened, saved and sent; of a message that is known only
whether it is still there.
"""

from __future__ import annotations

from collections.abc import Collection

from ..imap.client import LemonadeClient
from ..imap.commands import Command, uid_set
from ..imap.pool import connections
from ..message.responses import Items, parse_fetch

PART = (b"BODYSTRUCTURE",)
MESSAGE = (b"RFC822.SIZE", b"ENVELOPE", b"BODYSTRUCTURE")
LARGEST = 20_000  # octets of one that is remembered, about


def remember_structure(imap: LemonadeClient, uid: int, items: Items) -> None:
    """Keep what FETCH told of a message in the selected folder."""
    if imap.selected is None:
        return
    found = {name: items[name] for name in MESSAGE if name in items}
    if len(str(found)) <= LARGEST:
        place = (imap.selected.folder, imap.selected.uidvalidity, uid)
        seat = connections.seat(imap.email)
        seat.remember_structure(place, {**seat.structures.get(place, {}), **found})


def fetch_structures(
    imap: LemonadeClient, uids: Collection[int], names: Collection[bytes] = PART
) -> dict[int, Items]:
    """These items of messages in the selected folder, in one exchange; of those that are there."""
    lately = {uid: _earlier_items(imap, uid) for uid in uids}
    known = {uid: items for uid, items in lately.items() if all(name in items for name in names)}
    commands: list[Command] = []
    if known:
        commands.append((b"UID FETCH", (uid_set(known), b"(UID)")))
    if missing := [uid for uid in uids if uid not in known]:
        commands.append((b"UID FETCH", (uid_set(missing), b"(" + b" ".join(names) + b")")))
    found: dict[int, Items] = {}
    for answer in imap.burst(commands):
        for uid, items in parse_fetch(answer.check().data.get("FETCH", [])).items():
            found[uid] = {**found.get(uid, {}), **items, **known.get(uid, {})}
    for uid in missing:
        remember_structure(imap, uid, found.get(uid, {}))
    return {uid: items for uid, items in found.items() if all(name in items for name in names)}


def _earlier_items(imap: LemonadeClient, uid: int) -> Items:
    here = imap.selected
    if here is None:
        return {}
    return connections.seat(imap.email).structures.get((here.folder, here.uidvalidity, uid), {})
