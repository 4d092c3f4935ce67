"""One evaluation: what a script has set and asked for so far, and what it may still spend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from lemonade_server.wire.part_table import Entity

from .comparators import Comparator
from .errors import Fault
from .header_fields import HeaderFields
from .mail import Address, Mail
from .outcome import Action, Notify, Redirect, Reject, Store, Tracking

MAX_WORK = 500_000
"""Steps of one evaluation: a command, a test, a comparison, 64 characters of a pattern's text."""

MAX_VALUE = 8192
"""Characters of a value with variables in it; RFC 5229 §6 asks for 4000 octets."""

MAX_VARIABLES = 256
MAX_ACTIONS = 32
MAX_TRACKINGS = 32
MAX_REDIRECTS = 4
"""Of one message. See RFC 5228 §10 on mail bombs."""

PART_COST = 100
"""The header of a part is read from the store."""


class ScriptHost(Protocol):
    """What a script may ask of its surroundings. ``now`` has the server's zone."""

    now: datetime

    def mailbox_exists(self, name: str) -> bool:
        """Whether mail can be filed there (RFC 5490 §3.1)."""
        ...

    def special_use_exists(self, use: str, mailbox: str | None) -> bool:
        """Whether a mailbox, this one if it is named, has a special use (RFC 8579 §3)."""
        ...

    def environment(self, item: str) -> str | None:
        """An item of RFC 5183 §4.1, None when it is not known."""
        ...

    def annotation(self, mailbox: str, name: str) -> str | None:
        """An annotation that the owner can see of a mailbox, or of the server (empty name)."""
        ...

    def spam(self) -> float | None:
        """The spam filter's score as a part of what is spam for certain; None: not judged."""
        ...

    def is_tracked(self, digest: bytes) -> bool:
        """Whether an identifier was met by an earlier run, and is not forgotten yet (RFC 7352)."""
        ...

    def script(self, name: str, shared: bool) -> bytes | None:
        """A script to include, of the owner or of the server (RFC 6609 §3.2)."""
        ...


class Stop(Exception):
    """The script ends here, and all that include it (RFC 5228 §3.3)."""


class Return(Exception):
    """The included script ends here (RFC 6609 §3.3)."""


@dataclass(eq=False, slots=True)
class Loop:
    """A loop over the parts of a message, as it stands in a script (RFC 5703 §3)."""

    name: str | None


class Break(Exception):
    """The loop ends here, and those within it."""

    def __init__(self, loop: Loop) -> None:
        super().__init__()
        self.loop = loop


@dataclass(slots=True)
class ScriptFrame:
    """The variables of one script. ``shared``: the names that are global (RFC 6609 §3.4).

    ``enabled``: the extensions that it has found to be there (RFC 5463 §4).
    """

    variables: dict[str, str] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)
    match_groups: list[str] = field(default_factory=list)
    enabled: set[str] = field(default_factory=set)


class Run:
    """The state of one evaluation. ``compiled`` makes a step of a script that is included.

    ``part`` is the one that the innermost ``foreverypart`` has come to (RFC 5703 §3).
    """

    def __init__(self, mail: Mail, host: ScriptHost, compiled: Callable[[bytes], Step]) -> None:
        self.mail = mail
        self.host = host
        self.compiled = compiled
        self.header = mail.header
        self.keep = True
        self.actions: list[Action] = []
        self.trackings: list[Tracking] = []
        self.flags: list[str] = []
        self.globals: dict[str, str] = {}
        self.frame = ScriptFrame()
        self.depth = 0
        self.included: set[tuple[str, bool]] = set()
        self.place: Callable[[], str] = str
        self._left = MAX_WORK
        self.own_fields = HeaderFields(mail.header, self.spend)
        self.part: Entity | None = None
        self._part_fields: dict[tuple[int, int], HeaderFields] = {}
        self._folded: dict[tuple[str, str], str] = {}

    def spend(self, work: int) -> None:
        """Count work. Raises Fault when a script takes too much."""
        self._left -= work
        if self._left < 0:
            raise Fault("The script takes too much work on this message")

    def check_enabled(self, extensions: frozenset[str]) -> None:
        """Raises Fault unless the script has found these before it uses them (RFC 5463 §4)."""
        for name in sorted(extensions - self.frame.enabled):
            raise Fault(f"This needs {name!r}, which no ihave has found so far")

    # -- the header, with the changes of editheader

    def fields(self, name: str) -> list[bytes]:
        """The unfolded octets of all fields of a name; none of a name that no field can have."""
        return self.own_fields.unfolded(name)

    def values(self, name: str) -> list[str]:
        """Their text: decoded, without blanks around it (RFC 5228 §2.4.2.2)."""
        return self.own_fields.values(name)

    def addresses(self, name: str) -> list[list[Address]]:
        """The addresses of each field of a name."""
        return self.own_fields.addresses(name)

    def set_header(self, header: bytes) -> None:
        """Go on with another header (RFC 5293)."""
        self.header = header
        self.own_fields = HeaderFields(header, self.spend)

    def fields_of(self, part: Entity) -> HeaderFields:
        """The header fields of a part (RFC 5703 §4); those of the message as they are now."""
        if part is self.mail.root:
            return self.own_fields
        place = part.header_start, part.start
        found = self._part_fields.get(place)
        if found is None:
            self.spend(PART_COST)
            header = self.mail.part_header(part)
            found = self._part_fields[place] = HeaderFields(header, self.spend)
        return found

    @property
    def changed_header(self) -> bytes | None:
        """The header block when it was changed."""
        return self.header if self.header is not self.mail.header else None

    def fold(self, comparator: Comparator, value: str) -> str:
        """A text prepared for comparison; remembered, for rules ask for the same ones."""
        key = comparator.name, value
        found = self._folded.get(key)
        if found is None:
            self.spend(1 + len(value) // 64)
            found = self._folded[key] = comparator.fold(value)
        return found

    # -- variables

    @property
    def match_groups(self) -> list[str]:
        """The match variables, ``${0}`` first."""
        return self.frame.match_groups

    @match_groups.setter
    def match_groups(self, values: list[str]) -> None:
        self.spend(sum(len(value) for value in values) // 64)
        self.frame.match_groups = [value[:MAX_VALUE] for value in values[:10]]

    def variable(self, name: str, shared: bool = False) -> str:
        """A variable's value; empty when it was never set."""
        if shared or name in self.frame.shared:
            return self.globals.get(name, "")
        return self.frame.variables.get(name, "")

    def set_variable(self, name: str, value: str, shared: bool = False) -> None:
        """Set a variable. Raises Fault when there are too many."""
        held = self.globals if shared or name in self.frame.shared else self.frame.variables
        held[name] = value[:MAX_VALUE]
        if len(held) > MAX_VARIABLES:
            raise Fault(f"A script has at most {MAX_VARIABLES} variables")

    # -- actions

    def act(self, action: Action) -> None:
        """Ask for an action. Raises Fault when it can't go with the others (RFC 5429 §2.4)."""
        rejected = any(isinstance(one, Reject) for one in self.actions)
        others = any(not isinstance(one, Notify) for one in self.actions)
        if isinstance(action, Reject) and others:
            raise Fault("A message can't be rejected when something else is done with it")
        if rejected and not isinstance(action, Notify):
            raise Fault("A message that is rejected can't have another action")
        if isinstance(action, Redirect):
            self._check_redirect(action)
        if isinstance(action, Store) and self._stored_twice(action):
            return
        if action in self.actions:
            return
        self.actions.append(action)
        if len(self.actions) > MAX_ACTIONS:
            raise Fault(f"A script has at most {MAX_ACTIONS} actions on a message")

    def track(self, tracking: Tracking) -> None:
        """Ask for an identifier to be remembered. Raises Fault when there are too many."""
        if tracking not in self.trackings:
            self.trackings.append(tracking)
        if len(self.trackings) > MAX_TRACKINGS:
            raise Fault(f"A script tracks at most {MAX_TRACKINGS} identifiers of a message")

    def _check_redirect(self, action: Redirect) -> None:
        others = {one.address.lower() for one in self.actions if isinstance(one, Redirect)}
        if len(others | {action.address.lower()}) > MAX_REDIRECTS:
            raise Fault(f"A message is redirected to at most {MAX_REDIRECTS} addresses")

    def _stored_twice(self, action: Store) -> bool:
        """A mailbox gets a message once, with the flags of both (RFC 5228 §2.10.3)."""
        for one in self.actions:
            if isinstance(one, Store) and (one.mailbox, one.special_use) == (
                action.mailbox,
                action.special_use,
            ):
                known = {flag.lower() for flag in one.flags}
                one.flags += [flag for flag in action.flags if flag.lower() not in known]
                one.header = action.header
                return True
        return False


Step = Callable[[Run], None]
"""What a command does when it is run."""

Check = Callable[[Run], bool]
"""What a test answers."""
