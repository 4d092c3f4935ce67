"""Making, renaming, moving and deleting folders, and which of them other programs show."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext

from ..imap.client import LemonadeClient
from ..imap.commands import Command, mailbox
from ..message.errors import Refused
from ..message.folders import Folder
from .mailboxes import folders, role_folder, subscriptions, top_delimiter

LONGEST_LABEL = 200  # characters
MOST_ALIKE = 100  # thrown away folders of one name


def label_of(text: str, delimiter: str) -> str:
    """What somebody typed as the last level of a folder's name. Raises Refused."""
    label = " ".join(text.split())
    if not label:
        raise Refused(gettext("Give the folder a name."))
    if len(label) > LONGEST_LABEL:
        words = gettext("The name of a folder has at most %(number)d characters.")
        raise Refused(words % {"number": LONGEST_LABEL})
    wrong = next((each for each in label if not each.isprintable() or each in "*%"), "")
    if delimiter and delimiter in label:
        wrong = delimiter
        words = gettext(
            "A folder's name can't hold “%(sign)s”. Choose the folder that it is to be in instead."
        )
        raise Refused(words % {"sign": wrong})
    if wrong:
        shown = wrong if wrong.isprintable() else f"U+{ord(wrong):04X}"
        raise Refused(gettext("A folder's name can't hold “%(sign)s”.") % {"sign": shown})
    return label


def create(imap: LemonadeClient, parent: Folder | None, text: str) -> str:
    """Make a folder below another or at the top, and subscribe to it; its name. Raises Refused."""
    delimiter = parent.delimiter if parent else top_delimiter(imap)
    name = _name_below(parent, label_of(text, delimiter), delimiter)
    _refuse_known(imap, name)
    imap.command(b"CREATE", mailbox(name)).check()
    imap.command(b"SUBSCRIBE", mailbox(name))
    return name


def _name_below(parent: Folder | None, label: str, delimiter: str) -> str:
    if parent is None:
        return label
    if not delimiter:
        raise Refused(gettext("This mail server has no folders inside folders."))
    return f"{parent.name}{delimiter}{label}"


def _refuse_known(imap: LemonadeClient, name: str) -> None:
    """Names that differ in capitals alone are too alike for people, and one for some servers."""
    there = {each.name.casefold() for each in folders(imap) if each.selectable}
    if name.casefold() in there:
        raise Refused(gettext("There is a folder of this name already."))


def rename(imap: LemonadeClient, folder: Folder, parent: Folder | None, text: str) -> str:
    """Give a folder another name, or another place; what is in it goes along. Raises Refused."""
    _need_own(folder)
    delimiter = folder.delimiter or top_delimiter(imap)
    if parent is not None and (parent.name + delimiter).startswith(folder.name + delimiter):
        raise Refused(gettext("A folder can't be put into itself."))
    name = _name_below(parent, label_of(text, delimiter), delimiter)
    if name == folder.name:
        return name
    if name.casefold() != folder.name.casefold():
        _refuse_known(imap, name)
    _rename(imap, folder, name)
    return name


def _need_own(folder: Folder) -> None:
    if not folder.is_own:
        raise Refused(gettext("This folder stays where it is: it has a task, or is not yours."))


def _rename(imap: LemonadeClient, folder: Folder, name: str) -> None:
    """RENAME, and what RFC 9051 §6.3.6 leaves to the client: subscriptions follow."""
    _leave(imap)
    below = folder.name + folder.delimiter
    known = [each for each in subscriptions(imap) if each == folder.name or each.startswith(below)]
    imap.command(b"RENAME", mailbox(folder.name), mailbox(name)).check()
    imap.selected = None
    follow: list[Command] = []
    for old in known:
        follow.append((b"UNSUBSCRIBE", (mailbox(old),)))
        follow.append((b"SUBSCRIBE", (mailbox(name + old[len(folder.name) :]),)))
    imap.burst(follow)
    imap.stirred = True


def _leave(imap: LemonadeClient) -> None:
    """No folder is selected while folders change: some servers hold on to one that is."""
    if imap.selected is not None and imap.has("UNSELECT"):
        imap.command(b"UNSELECT")
        imap.selected = None


def throw_away(imap: LemonadeClient, folder: Folder) -> str:
    """A folder with all that is in it goes below the trash; its name there. Raises Refused."""
    _need_own(folder)
    trash = role_folder(imap, "trash")
    every = folders(imap)
    known = {each.name.casefold() for each in every}
    base = f"{trash}{folder.delimiter}{folder.levels[-1]}"
    names = (base, *(f"{base} {number}" for number in range(2, MOST_ALIKE)))
    name = next((each for each in names if each.casefold() not in known), "")
    if not name or not folder.delimiter:
        raise Refused(gettext("This folder can't be put into the trash. Empty it first."))
    _rename(imap, folder, name)
    return name


def erase(imap: LemonadeClient, folder: Folder) -> None:
    """Delete a folder for good, with those in it. Raises Refused."""
    _need_own(folder)
    below = folder.name + (folder.delimiter or "\0")
    inside = [each for each in folders(imap) if each.name.startswith(below)]
    _leave(imap)
    for each in sorted(inside, key=lambda one: one.name.count(one.delimiter or "\0"), reverse=True):
        _erase_one(imap, each.name)
    _erase_one(imap, folder.name)
    imap.stirred = True


def _erase_one(imap: LemonadeClient, name: str) -> None:
    answer = imap.command(b"DELETE", mailbox(name))
    if answer.code[0] == b"NONEXISTENT":  # another device was first
        return
    answer.check()
    imap.command(b"UNSUBSCRIBE", mailbox(name))


def subscribe(imap: LemonadeClient, names: Iterable[str], on: bool) -> None:
    """Whether other programs show these folders."""
    command = b"SUBSCRIBE" if on else b"UNSUBSCRIBE"
    for name in names:
        imap.command(command, mailbox(name)).check()
