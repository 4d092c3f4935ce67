"""What the buttons do to messages."""

from __future__ import annotations

from webmail.mail import MailSession, Selection

from . import outcomes
from .outcomes import FLAGS, ActionResult

ROLES = {"archive": "archive", "junk": "junk"}


def is_action(what: str) -> bool:
    return what in FLAGS or what in ROLES or what in ("move", "delete")


def perform(session: MailSession, name: str, uids: list[int], what: str, to: str) -> ActionResult:
    """Do it to some messages."""
    if what in FLAGS:
        flag, on, *_ = FLAGS[what]
        return outcomes.mark_result(name, what, len(uids), session.mark(name, uids, flag, on))
    if what == "delete":
        moved = session.delete(name, uids)
        return (
            outcomes.deletion_result(len(uids))
            if moved is None
            else outcomes.move_result(uids, moved)
        )
    return outcomes.move_result(uids, session.move(name, uids, target_of(session, what, to)))


def perform_all(
    session: MailSession,
    name: str,
    validity: int | None,
    selection: Selection,
    what: str,
    to: str,
    *,
    few: bool,
) -> ActionResult:
    """Do it to all of a selection in the folder that is selected."""
    if what in FLAGS:
        flag, on, *_ = FLAGS[what]
        marked = session.mark_all(name, selection, flag, on, few=few)
        return outcomes.bulk_mark_result(name, validity, what, marked)
    if what == "delete":
        return outcomes.filing_result(session.remove_all(name, selection))
    return outcomes.filing_result(session.file_all(name, selection, target_of(session, what, to)))


def target_of(session: MailSession, what: str, to: str) -> str:
    """Where an action moves to."""
    return session.role_folder(ROLES[what]) if what in ROLES else to
