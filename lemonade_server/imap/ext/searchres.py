"""SEARCHRES: the result of a search is saved, and ``$`` stands for it (RFC 5182)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lemonade_server.imap import states
from lemonade_server.imap.ext.esearch import Option, nothing, return_option
from lemonade_server.imap.registry import Capability, capability
from lemonade_server.imap.view import View, saved_results
from lemonade_server.store.ids import Uid

NEEDS = ("esearch",)

SEARCHRES = capability(Capability(b"SEARCHRES", 5182, states.LOGGED_IN))


@dataclass(slots=True)
class SavedResult:
    """What ``$`` stands for in the selected mailbox; nothing before the first SAVE (§2.1)."""

    uids: Sequence[Uid] = ()


def save(view: View, uids: Sequence[Uid]) -> None:
    """A search that failed leaves nothing (§2.1)."""
    view.state(SavedResult).uids = uids


SAVE = Option(nothing, save=save)
return_option(b"SAVE", lambda _: SAVE)
saved_results.append(lambda view: view.state(SavedResult).uids)
