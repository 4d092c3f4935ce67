"""What happened to the names of mailboxes between two looks at them (RFC 5465 §5.4)."""

from __future__ import annotations

from dataclasses import dataclass

from lemonade_server.imap.mailboxes.listing import Tree, ancestors


@dataclass(slots=True)
class NameChanges:
    """``affected`` names, each with its old name if it is told as renamed, else "".

    ``fresh`` are names that mean another mailbox than the client thinks: it knows no counter.
    """

    affected: dict[str, str]
    fresh: set[str]


def name_changes(before: Tree, after: Tree) -> NameChanges:
    """Mailboxes are known by their ids: one that was deleted and made anew is affected.

    What is created or deleted affects its direct parent too, if that is a mailbox. What is renamed
    takes its children along, and they are not named. Renames that meet each other in one look have
    no order in which they could be told: they are told as names that went and names that came.
    """
    was = {row.id: row.name for row in before.rows.values()}
    now = {row.id: row.name for row in after.rows.values()}
    moved = {old: now[key] for key, old in was.items() if now.get(key, old) != old}
    gone = [name for key, name in was.items() if key not in now]
    clean = _clean_renames(moved, set(before.rows), gone)
    affected = {moved[old]: old for old in sorted(clean)}
    for name in (*(name for key, name in now.items() if key not in was), *gone):
        affected.setdefault(name, "")
        for parent in list(ancestors(name))[:1]:
            if parent in before.rows or parent in after.rows:
                affected.setdefault(parent, "")
    fresh = {name for key, name in now.items() if name in before.rows and was.get(key) != name}
    for old, new in moved.items():
        if old not in clean and not _follows(old, new, clean, moved):
            affected.setdefault(old, "")
            affected.setdefault(new, "")
            fresh.add(new)
    return NameChanges(affected, fresh)


def _follows(old: str, new: str, parents: set[str], moved: dict[str, str]) -> bool:
    """Whether a parent's rename explains this one."""
    return any(
        above in parents and new == moved[above] + old[len(above) :] for above in ancestors(old)
    )


def _clean_renames(moved: dict[str, str], before: set[str], gone: list[str]) -> set[str]:
    """The old names of those renames that can be told as such, whatever else is told."""
    tops = {old for old, new in moved.items() if not _follows(old, new, set(moved), moved)}
    ends = [(name, old) for old in tops for name in (old, moved[old])]
    lost = {above for name in gone for above in ancestors(name)}
    clean: set[str] = set()
    for old in tops:
        met = any(
            _is_related(name, own)
            for name, other in ends
            if other != old
            for own in (old, moved[old])
        )
        if not met and moved[old] not in before and old not in lost:
            clean.add(old)
    return clean


def _is_related(one: str, other: str) -> bool:
    """Whether one name is the other one, or above it, or below it."""
    return one == other or one in ancestors(other) or other in ancestors(one)
