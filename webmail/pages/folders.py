"""The mail of who looks at a page, and the folders that stand beside it."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import gettext

from webmail.mail import Folder, MailSession, NotFound, SavedSearch, level_label

SESSION, TREE = "mail_session", "folder_tree"
RECENT = "recent_targets"
MOST_RECENT = 5


def mail_of(request: HttpRequest) -> MailSession:
    """The mail of who asks: the same session for all of a request; ``mail_page`` closes it."""
    kept = vars(request)
    if SESSION not in kept:
        kept[SESSION] = MailSession(str(request.user.get_username()))
    found: MailSession = kept[SESSION]
    return found


def close_mail(request: HttpRequest) -> None:
    """The request needs no mail any more."""
    if SESSION in vars(request):
        mail_of(request).close()


def tree_of(request: HttpRequest) -> list[Folder]:
    """Every folder, the inbox under the name that people know it by; asked for once a request.

    A folder stands below the nearest of its parents that is there, under the rest of its name.
    Those of others come last, under headings.
    """
    kept = vars(request)
    if TREE not in kept:
        kept[TREE] = arrange(mail_of(request).folders())
    found: list[Folder] = kept[TREE]
    return found


def saved_of(request: HttpRequest) -> Sequence[SavedSearch]:
    """The saved searches that stand below the folders, which are asked for with them."""
    return mail_of(request).saved_searches()


def keep_tree(request: HttpRequest, folders: list[Folder]) -> None:
    """They came with another answer; an empty list is none."""
    if folders:
        vars(request)[TREE] = arrange(folders)


def recent_targets_of(request: HttpRequest) -> list[str]:
    """The names of the folders that mail was moved to last, the latest first."""
    known = request.session.get(RECENT, [])
    return [each for each in known if isinstance(each, str)]


def note_target(request: HttpRequest, name: str) -> None:
    """Mail was moved to a folder: menus offer it first from now on."""
    known = recent_targets_of(request)
    if known[:1] != [name]:
        others = [each for each in known if each != name]
        request.session[RECENT] = [name, *others][:MOST_RECENT]


def forget_tree(request: HttpRequest) -> None:
    """Folders were changed: what is known of them is out of date."""
    vars(request).pop(TREE, None)


def folder_of(request: HttpRequest, name: str) -> Folder:
    """The folder called ``name``. Raises NotFound."""
    return find_folder(tree_of(request), name)


def find_folder(tree: list[Folder], name: str) -> Folder:
    """The folder called ``name`` out of a tree. Raises NotFound."""
    for entry in tree:
        if entry.name == name and entry.selectable:
            return entry
    raise NotFound(gettext("There is no folder “%(folder)s” (any more).") % {"folder": name})


def arrange(tree: list[Folder]) -> list[Folder]:
    """Label and depth of each folder, where parents come first."""
    depths = {(entry.prefix, entry.levels): 0 for entry in tree}
    for entry in tree:
        levels = entry.levels
        ends = range(len(levels) - 1, 0, -1)
        above = next((end for end in ends if (entry.prefix, levels[:end]) in depths), 0)
        entry.depth = depths[entry.prefix, levels[:above]] + 1 if above else 0
        depths[entry.prefix, levels] = entry.depth
        entry.label = (
            level_label(levels[0]) if len(levels) == 1 else "/".join(levels[above:]) or entry.name
        )
    return tree


def shown_counts(tree: list[Folder]) -> dict[str, int]:
    """The numbers beside the folders that have one."""
    return {entry.name: count for entry in tree if (count := shown_count(entry))}


def shown_count(folder: Folder) -> int:
    """The number beside a folder: of drafts all, else what is unread."""
    return folder.messages if folder.role == "drafts" else folder.unseen
