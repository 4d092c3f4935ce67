"""``:fcc``: a copy of what a script sends is filed (RFC 8580).

``vacation`` and ``notify`` list these tags with their own. What ``fileinto`` may say of a mailbox
may be said here (§3.1), if its extension is required.
"""

from __future__ import annotations

from collections.abc import Callable

from ..call import Call
from ..errors import Fault
from ..outcome import Store
from ..registry import STRING, Tag, extension
from ..run import Run
from .fileinto import is_mailbox
from .imap4flags import FLAGS, split
from .mailbox import MAILBOX
from .special_use import SPECIAL_USE

NEEDS = ("fileinto", "imap4flags", "mailbox", "special_use")

FCC = extension("fcc", rfc=8580)

_OF_THE_COPY = (
    FLAGS,
    Tag("create", needs=MAILBOX),
    Tag("specialuse", needs=SPECIAL_USE, value=STRING),
)
TAGS = (Tag("fcc", needs=FCC, value=STRING), *_OF_THE_COPY)


def copy_of(call: Call) -> Callable[[Run], Store | None]:
    """Where the copy goes, with which flags; None when none is wanted. The flags that a script has
    set before are those of the message that came, and not the copy's.
    """
    mailbox = call.tagged_text("fcc")
    if mailbox is None:
        for tag in _OF_THE_COPY:
            if call.has(tag.name):
                raise call.wrong_tag(f":{tag.name} needs :fcc", tag.name)
        return lambda run: None
    if mailbox.constant is not None and not is_mailbox(mailbox.constant):
        raise call.wrong_tag("No mailbox can have this name", "fcc")
    flags, use = call.tagged_texts("flags"), call.tagged_text("specialuse")
    create = call.has("create")

    def copy(run: Run) -> Store:
        name = mailbox.of(run)
        if not is_mailbox(name):
            raise Fault(f"No mailbox can have the name {name[:100]!r}")
        special = "" if use is None else use.of(run)
        return Store(name, special, create, [] if flags is None else split(flags.of(run)))

    return copy
