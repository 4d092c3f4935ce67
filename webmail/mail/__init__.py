"""The webmail's way to mail: IMAP, SMTP submission and, for filters, ManageSieve; nothing else.

Pages call these functions; they know no protocol.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from .client import LemonadeClient
from .composing import (
    back_to_drafts,
    keep_original,
    open_draft,
    plan_forward,
    plan_reply,
    save_draft,
)
from .filing import delete, move, set_flags
from .keeping import keep
from .listing import page, rows
from .mailboxes import counts, folders, role_folder
from .patience import limited
from .pending import claim, let_go, submitted
from .pool import connections
from .reading import letter, letter_inside, part, source_text, words
from .searching import every, search
from .sending import compose, unmark
from .sync import delta

__all__ = [
    "back_to_drafts",
    "claim",
    "compose",
    "counts",
    "delete",
    "delta",
    "every",
    "folders",
    "keep",
    "keep_original",
    "let_go",
    "letter",
    "letter_inside",
    "limited",
    "move",
    "open_draft",
    "page",
    "part",
    "plan_forward",
    "plan_reply",
    "role_folder",
    "rows",
    "save_draft",
    "search",
    "session",
    "set_flags",
    "sign_out",
    "source_text",
    "submitted",
    "unmark",
    "words",
]


@contextlib.contextmanager
def session(email: str) -> Iterator[LemonadeClient]:
    """The user's pooled connection, for a short block. Raises Unreachable or SignInAgain."""
    with connections.session(email) as imap:
        yield imap


def sign_out(email: str) -> None:
    """The user has signed out of one browser: their pooled connection is not kept."""
    connections.sign_out(email)
