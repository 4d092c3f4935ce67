"""What an action on very many messages, or on those of several folders, does: folder by folder.

Steps and their results are kept with the row of an action, so they are written as JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from webmail.mail import (
    Folder,
    MailError,
    MailSession,
    NotFound,
    Refused,
    Selection,
    Survey,
    count_of_set,
)
from webmail.pages.folders import arrange
from webmail.search.folder_names import with_folders
from webmail.search.parser import parse

from .flags import FLAGS

ROLES = {"archive": "archive", "junk": "junk", "delete": "trash"}
"""Folders to which a button moves, by their roles; "delete" in the trash itself is for good."""


@dataclass(frozen=True, slots=True)
class Step:
    """One action in one folder. ``uids`` is a set; without it: all up to ``upto`` that ``query``
    finds, which ``everywhere`` says was put to all mail. ``changed``: see ``Selection``.
    """

    folder: str
    validity: int | None
    what: str
    to: str = ""
    uids: str = ""
    query: str = ""
    upto: int = 0
    changed: tuple[int, int] = (0, 0)
    everywhere: bool = False

    @property
    def count(self) -> int:
        """How many UIDs it names; 0 when a query finds them."""
        return count_of_set(self.uids) if self.uids else 0


def read_step(kept: dict[str, Any]) -> Step:
    """A step as ``asdict`` and JSON keep it."""
    return Step(**{**kept, "changed": tuple(kept["changed"])})


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a step did: ``count`` of ``asked`` messages; ``target`` "" where nothing was moved.
    ``undo`` takes it back.
    """

    what: str
    asked: int
    count: int
    target: str = ""
    undo: Step | None = None


def read_result(kept: dict[str, Any]) -> StepResult:
    """A result as ``asdict`` and JSON keep it."""
    return StepResult(**{**kept, "undo": read_step(kept["undo"]) if kept["undo"] else None})


def is_action(what: str) -> bool:
    return what in FLAGS or what in ROLES or what == "move"


class StepRunner:
    """Does steps in somebody's mail."""

    def __init__(self, session: MailSession) -> None:
        self._session = session

    def target_of(self, step: Step) -> str:
        """Where a step moves to; "" for one that moves nothing, or deletes for good."""
        if step.what in ROLES:
            target = self._session.role_folder(ROLES[step.what])
            return "" if step.what == "delete" and target == step.folder else target
        return step.to

    def survey(self, step: Step) -> Survey:
        """How things stand before it. Raises NotFound, Refused."""
        self._session.select(step.folder, step.validity)
        return self._session.survey(step.folder, self._selection(step), self.target_of(step))

    def perform(self, step: Step, *, few: bool, before: Survey | None = None) -> StepResult:
        """Do it. ``before``: as it was before an earlier attempt. Raises NotFound, Refused."""
        selection = self._selection(step)
        self._session.select(step.folder, step.validity)
        if step.what in FLAGS:
            return self._mark(step, selection, few, before)
        if target := self.target_of(step):
            filed = self._session.file_all(step.folder, selection, target, before)
        else:
            filed = self._session.remove_all(step.folder, selection, before)
        asked = max(filed.asked, filed.count)
        undo = None
        if filed.uids:
            undo = Step(filed.target, filed.uidvalidity, "move", to=filed.source, uids=filed.uids)
        return StepResult(step.what, asked, filed.count or asked, filed.target, undo)

    def _mark(
        self, step: Step, selection: Selection, few: bool, before: Survey | None
    ) -> StepResult:
        flag, on, *_, back = FLAGS[step.what]
        marked = self._session.mark_all(step.folder, selection, flag, on, few=few, before=before)
        undo = None
        if (changed := marked.changed) is not None:
            undo = Step(
                step.folder, step.validity, back, uids=changed.uids, changed=changed.changed
            )
        return StepResult(step.what, marked.asked, marked.asked, undo=undo)

    def _selection(self, step: Step) -> Selection:
        tree = parse(step.query)
        if step.everywhere:
            tree = with_folders(tree, self._folders, step.query)
        return Selection(step.uids, tree, step.upto, step.changed)

    @cached_property
    def _folders(self) -> list[Folder]:
        return arrange(self._session.folders())


def perform_few(session: MailSession, steps: list[Step]) -> list[StepResult]:
    """Do steps while somebody waits. One that can't be done leaves the others to be done; raises
    what the first one raised when none can.
    """
    runner = StepRunner(session)
    results: list[StepResult] = []
    problems: list[MailError] = []
    for step in steps:
        try:
            results.append(runner.perform(step, few=True))
        except (NotFound, Refused) as error:
            problems.append(error)
    if problems and not results:
        raise problems[0]
    return results
