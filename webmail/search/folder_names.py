"""What people call a folder behind ``in:``, and which folders a search looks into."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from django.utils.translation import gettext

from webmail.mail import (
    AllOf,
    AnyOf,
    Folder,
    FolderKey,
    NoneOf,
    SearchTree,
    all_of,
    any_of,
    leaves,
    none_of,
)

from .words import QueryError, split_words

ANYWHERE = "anywhere"
SET_APART = ("trash", "junk")
"""Roles of folders in which nothing is looked for unless one says so."""
ROLE_NAMES = {"spam": "junk", "bin": "trash"}


def find_called(folders: Sequence[Folder], name: str) -> list[Folder]:
    """The folders that somebody may mean: by the whole name, by what they are for, by the label
    in the reader's language or the server's.
    """
    wanted = name.casefold()
    role = ROLE_NAMES.get(wanted, wanted)
    readable = [folder for folder in folders if folder.selectable]
    ways: tuple[Callable[[Folder], bool], ...] = (
        lambda folder: folder.name.casefold() == wanted,
        lambda folder: folder.role == role and bool(role) and not folder.prefix,
        lambda folder: folder.path.casefold().replace(" / ", "/") == wanted,
        lambda folder: wanted in (folder.label.casefold(), folder.levels[-1].casefold()),
    )
    for is_meant in ways:
        if found := [folder for folder in readable if is_meant(folder)]:
            return found
    return []


def with_folders(tree: SearchTree, folders: Sequence[Folder], text: str) -> SearchTree:
    """The tree with the names that the server has for folders. Raises QueryError.

    ``text`` is the query, to say at which word a folder is named that there is not.
    """
    match tree:
        case FolderKey():
            if tree.name.casefold() == ANYWHERE:
                return AllOf()
            found = find_called(folders, tree.name)
            if not found:
                raise QueryError(
                    _number_of(text, tree.name),
                    gettext("there is no folder “%(folder)s”.") % {"folder": tree.name},
                )
            return any_of([FolderKey(folder.name) for folder in found])
        case NoneOf():
            return none_of(with_folders(tree.node, folders, text))
        case AllOf():
            return all_of([with_folders(node, folders, text) for node in tree.nodes])
        case AnyOf():
            return any_of([with_folders(node, folders, text) for node in tree.nodes])
    return tree


def _number_of(text: str, name: str) -> int:
    words = list(split_words(text))
    for word, value in itertools.pairwise(words):
        if word.kind == "operator" and word.text == "in" and value.text == name:
            return value.number
    return 1


def folders_to_search(tree: SearchTree, folders: Sequence[Folder]) -> list[str]:
    """One's own without trash and junk; every one when the query itself names folders.

    ``tree`` is as it was read, before ``with_folders``.
    """
    readable = [folder for folder in folders if folder.selectable]
    if any(isinstance(leaf, FolderKey) and is_wanted for leaf, is_wanted in leaves(tree)):
        return [folder.name for folder in readable]
    return [
        folder.name for folder in readable if not folder.prefix and folder.role not in SET_APART
    ]
