"""What the buttons do to messages that are named one by one."""

from __future__ import annotations

from webmail.mail import MailSession

from . import outcomes
from .flags import FLAGS
from .outcomes import ActionResult
from .steps import ROLES


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
    target = session.role_folder(ROLES[what]) if what in ROLES else to
    return outcomes.move_result(uids, session.move(name, uids, target))
