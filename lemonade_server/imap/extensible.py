"""The part of a session that extensions use: what they keep in it, and the modes that it is in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from lemonade_server.imap.dialect import PLAIN, Dialect
from lemonade_server.imap.extension_state import ExtensionState
from lemonade_server.imap.modes import MODES, Mode, dialect_of

if TYPE_CHECKING:
    from lemonade_server.imap.view import View

SessionT = TypeVar("SessionT")
S = TypeVar("S", bound=ExtensionState[Any])


class Extensible(ABC, Generic[SessionT]):
    """A place for the state of each extension, and the dialect that follows from the modes."""

    __slots__ = ("_states", "dialect", "enabled", "view")

    def __init__(self) -> None:
        self.view: View | None = None
        self.enabled: set[bytes] = set()
        self.dialect: Dialect = PLAIN
        self._states: dict[type[ExtensionState[SessionT]], ExtensionState[SessionT]] = {}

    @property
    def extension_states(self) -> tuple[ExtensionState[SessionT], ...]:
        """What extensions keep here, for their hooks to be called."""
        return tuple(self._states.values())

    @property
    def tells_unasked(self) -> bool:
        """Whether the client is told what happens while no command runs."""
        return any(state.tells_unasked for state in self._states.values())

    def find(self, kind: type[S]) -> S | None:
        """What an extension keeps in this session; None when it keeps nothing."""
        found = self._states.get(kind)
        return found if isinstance(found, kind) else None

    def keep(self, state: ExtensionState[SessionT]) -> None:
        """Keep it until it is dropped, in place of the one before."""
        self.drop(type(state))
        self._states[type(state)] = state
        self._set_dialect()

    def drop(self, kind: type[ExtensionState[SessionT]]) -> None:
        """Forget what an extension keeps, if there is something."""
        found = self._states.pop(kind, None)
        if found is not None:
            found.close()
            self._set_dialect()

    def drop_selection_states(self) -> None:
        """Forget what extensions keep for the selected mailbox."""
        for kind in [kind for kind in self._states if kind.until_deselected]:
            self.drop(kind)

    @abstractmethod
    def entered(self, row: Mode[SessionT]) -> None:
        """The session has entered a mode, and says what there is to be said of it."""

    def enter(self, name: bytes, *, quietly: bool = False) -> None:
        """Enter a mode and those that it brings. ``quietly``: nothing is said of it."""
        for each in (*MODES[name].brings, name):
            if each in self.enabled:
                continue
            self.enabled.add(each)
            self._set_dialect()
            if not quietly:
                self.entered(MODES[each])

    def enter_again(self, names: Iterable[bytes]) -> None:
        """The modes that a resumed session was in, as far as they still exist."""
        self.enabled.update(name for name in names if name in MODES)
        self._set_dialect()

    def exit(self, name: bytes) -> None:
        """Leave a mode, if the session is in it."""
        self.enabled.discard(name)
        self._set_dialect()

    def end_selection_modes(self) -> None:
        """Leave the modes that end with the selected mailbox."""
        self.enabled.difference_update(name for name, row in MODES.items() if row.selection)
        self._set_dialect()

    def enter_modseqs_quietly(self) -> None:
        """As ``count_modseqs``, but nothing is said of it."""
        for row in MODES.values():
            if row.modseqs:
                self.enter(row.name, quietly=True)

    def count_modseqs(self) -> None:
        """The client has asked for a mod-sequence: it is told of them from now on."""
        for row in MODES.values():
            if row.modseqs and row.name not in self.enabled:
                self.enter(row.name)

    def reset(self) -> tuple[ExtensionState[SessionT], ...]:
        """Forget all that extensions keep and have switched on; returns what they kept."""
        dropped = self.extension_states
        for state in dropped:
            self.drop(type(state))
        self.enabled.clear()
        self._set_dialect()
        return dropped

    def _set_dialect(self) -> None:
        dialect = dialect_of(frozenset(self.enabled))
        for state in self._states.values():
            dialect = state.dialect(dialect)
        self.dialect = dialect
        if self.view is not None:
            self.view.dialect = dialect
