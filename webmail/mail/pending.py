"""Of several devices that would send one draft, one does: $SubmitPending and $Submitted.

Who begins to send sets $Submitted by a conditional STORE, which one alone can win; after the
submission $SubmitPending is taken off. RFC 5550 §5.10, RFC 7162 §3.1.3.
"""

from __future__ import annotations

import contextlib

from .client import LemonadeClient
from .filing import set_flags
from .mailboxes import enter
from .once import set_once
from .types import GatewayError, NotFound, Refused, Stored

PENDING, SUBMITTED = "$SubmitPending", "$Submitted"
SENT_FLAGS = (b"\\Seen", b"$MDNSent", PENDING.encode("ascii"), SUBMITTED.encode("ascii"))
"""Of a message that is stored in Sent by who submits it. Nobody is to confirm that one's own was
read (RFC 3503 §3.3)."""

GONE = (
    "This draft is no longer among the drafts: it was sent or deleted from another window or "
    "device. To send it nevertheless, save it as a draft first."
)
TAKEN = (
    "This draft is being sent from another window or device. If that did not work there, save it "
    "as a draft here and send it then."
)


def claim(imap: LemonadeClient, stored: Stored) -> None:
    """Be the one who sends this message. Raises Refused when another is, or it is gone."""
    try:
        now = enter(imap, stored.folder, stored.uidvalidity)
        if not now.keywords or now.read_only:
            return  # such a server can't tell the others
        if set_once(imap, stored, SUBMITTED, [PENDING]):
            return
    except NotFound:
        raise Refused(GONE) from None
    raise Refused(TAKEN)


def submitted(imap: LemonadeClient, stored: Stored) -> None:
    """It has been sent. Raises NotFound when it is gone."""
    enter(imap, stored.folder, stored.uidvalidity)
    set_flags(imap, stored.folder, [stored.uid], remove=[PENDING])


def let_go(imap: LemonadeClient, stored: Stored) -> None:
    """It is not being sent after all; no harm when it is gone."""
    with contextlib.suppress(GatewayError):
        enter(imap, stored.folder, stored.uidvalidity)
        set_flags(imap, stored.folder, [stored.uid], remove=[PENDING, SUBMITTED])
