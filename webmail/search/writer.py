"""A tree as a query that is read as that tree: for the panel, and for what is saved."""

from __future__ import annotations

from webmail.mail import (
    AgeKey,
    AllOf,
    AnyOf,
    AttachmentKey,
    DayKey,
    FilterKey,
    FolderKey,
    LabelKey,
    NoneOf,
    SearchTree,
    SizeKey,
    StateKey,
    TextKey,
)

from .values import write_age, write_size
from .words import write_word


def write(tree: SearchTree) -> str:
    """The words of a tree, as ``parse`` reads them."""
    match tree:
        case AllOf():
            return " ".join(map(_in_all, tree.nodes))
        case AnyOf():
            return " OR ".join(map(_in_any, tree.nodes))
        case NoneOf():
            return f"-{_in_any(tree.node)}"
    return _key(tree)


def _in_all(tree: SearchTree) -> str:
    return f"({write(tree)})" if isinstance(tree, AllOf) else write(tree)


def _in_any(tree: SearchTree) -> str:
    return f"({write(tree)})" if isinstance(tree, AllOf | AnyOf | NoneOf) else write(tree)


def _key(tree: SearchTree) -> str:
    match tree:
        case TextKey(field=""):
            return write_word(tree.text)
        case TextKey():
            return f"{tree.field}:{write_word(tree.text)}"
        case StateKey():
            return f"is:{tree.state.value}"
        case AttachmentKey():
            return "has:attachment"
        case FolderKey():
            return f"in:{write_word(tree.name)}"
        case FilterKey():
            return f"saved:{tree.name}"
        case LabelKey():
            return f"label:{write_word(tree.name)}"
        case SizeKey():
            return f"{'larger' if tree.larger else 'smaller'}:{write_size(tree.octets)}"
        case DayKey():
            return f"{'before' if tree.before else 'after'}:{tree.day.isoformat()}"
        case AgeKey():
            return f"{'older_than' if tree.older else 'newer_than'}:{write_age(tree.days)}"
    raise AssertionError(tree)
