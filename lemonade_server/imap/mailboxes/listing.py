"""Which mailbox names a LIST returns, and with what attributes (RFC 3501 §7.2.2, RFC 5258 §3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from lemonade_server.imap.mailboxes.patterns import Pattern
from lemonade_server.store import mailboxes
from lemonade_server.store.db import Tx
from lemonade_server.store.ids import AccountId
from lemonade_server.store.mailboxes import MailboxRow
from lemonade_server.wire.rights import ALL
from lemonade_server.wire.utf7 import DELIMITER


@dataclass(slots=True)
class Tree:
    """All mailboxes that an account can see, with what is subscribed, as of one read.

    ``rights`` are those in the mailboxes of others: all of them it may list, not all it may read.
    """

    rows: dict[str, MailboxRow]
    subscribed: set[str]
    parents: set[str]  # names that have children
    rights: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, tx: Tx, account: AccountId) -> Tree:
        """Three queries, whatever is asked of it."""
        rows = {row.name: row for row in mailboxes.all_of(tx, account)}
        rights: dict[str, str] = {}
        for shared in mailboxes.shared_with(tx, account):
            if "l" in shared.rights:
                rows[shared.row.name] = shared.row
                rights[shared.row.name] = shared.rights
        parents = {above for name in rows for above in ancestors(name)}
        return cls(rows, mailboxes.subscriptions(tx, account), parents, rights)

    def may(self, name: str, right: str) -> bool:
        """Whether the account has a right in one of the mailboxes."""
        return right in self.rights.get(name, ALL)


@dataclass(slots=True)
class Selection:
    """What is asked of a LIST: selection and return options (RFC 5258 §3.1, §3.2).

    ``plain``: the client asks in the words of RFC 3501, which has no ``\\NonExistent``.
    """

    subscribed: bool = False
    special_use: bool = False
    recursive: bool = False
    show_subscribed: bool = False
    plain: bool = False


@dataclass(slots=True)
class Entry:
    """One LIST response. ``childinfo``: children below meet the selection, as a parent must say.

    ``rights`` are empty for what is listed for its children's sake only. ``readable``: the account
    may ask how it stands.
    """

    name: str
    row: MailboxRow | None
    attributes: list[bytes]
    childinfo: bool = False
    rights: str = ""
    readable: bool = True


def ancestors(name: str) -> Iterator[str]:
    """The names above a name, nearest first."""
    while DELIMITER in name:
        name = name.rpartition(DELIMITER)[0]
        yield name


def order(name: str) -> tuple[bool, list[str]]:
    """INBOX first, then level by level, so that children follow their parent."""
    return name != "INBOX", name.split(DELIMITER)


def entries(tree: Tree, patterns: Sequence[Pattern], selection: Selection) -> list[Entry]:
    """What a LIST returns, in order, each name once."""
    chosen = _selected_names(tree, selection)
    wanted = {name for name in chosen if _matches(patterns, name)}
    above: set[str] = set()
    if selection.recursive:
        hidden = chosen - wanted
        above = {
            parent for name in hidden for parent in ancestors(name) if _matches(patterns, parent)
        }
    elif not selection.subscribed and not selection.special_use:
        above = _levels(tree.parents - tree.rows.keys(), patterns)
    return [
        Entry(
            name,
            tree.rows.get(name),
            _attributes(tree, selection, name),
            name in above and selection.recursive,
            tree.rights.get(name, ALL) if name in wanted and name in tree.rows else "",
            tree.may(name, "r"),
        )
        for name in sorted(wanted | above, key=order)
    ]


def _selected_names(tree: Tree, selection: Selection) -> set[str]:
    """The names that meet the selection criteria, whatever the pattern."""
    names = set(tree.subscribed) if selection.subscribed else set(tree.rows)
    if selection.special_use:
        names = {name for name in names if name in tree.rows and tree.rows[name].special_use}
    return names


def entry(tree: Tree, name: str) -> Entry:
    """All that is to be said of one name, whether or not it exists (RFC 5465 §5.4, §5.5)."""
    shown = Selection(show_subscribed=True)
    return Entry(name, tree.rows.get(name), _attributes(tree, shown, name))


def _matches(patterns: Sequence[Pattern], name: str) -> bool:
    return any(pattern.matches(name) for pattern in patterns)


def _levels(names: Iterable[str], patterns: Sequence[Pattern]) -> set[str]:
    """Levels that are no mailbox are named by a pattern that ends with ``%`` (B-30)."""
    levels = [pattern for pattern in patterns if pattern.is_level]
    return {name for name in names if _matches(levels, name)}


def _attributes(tree: Tree, selection: Selection, name: str) -> list[bytes]:
    row = tree.rows.get(name)
    words: list[bytes] = []
    if row is None and not selection.plain:
        words.append(b"\\NonExistent")  # which implies \Noselect (RFC 5258 §3)
    elif row is None or row.noselect:
        words.append(b"\\Noselect")
    words.append(b"\\HasChildren" if name in tree.parents else b"\\HasNoChildren")
    if row is not None and row.special_use:
        words.append(row.special_use.encode())
    if (selection.subscribed or selection.show_subscribed) and name in tree.subscribed:
        words.append(b"\\Subscribed")
    return words


def subscribed_entries(tree: Tree, pattern: Pattern) -> list[Entry]:
    """What LSUB returns: subscribed names, under ``%`` their parents with \\Noselect (B-31)."""
    found = {name for name in tree.subscribed if pattern.matches(name)}
    above: set[str] = set()
    if pattern.is_level:
        parents = {parent for name in tree.subscribed for parent in ancestors(name)}
        above = {name for name in parents if pattern.matches(name)} - found
    listed: list[Entry] = []
    for name in sorted(found | above, key=order):
        row = tree.rows.get(name)
        hidden = name in above or row is None or row.noselect
        listed.append(Entry(name, row, [b"\\Noselect"] if hidden else []))
    return listed
