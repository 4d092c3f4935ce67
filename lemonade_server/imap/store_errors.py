"""What the store says, in the words of IMAP: the response codes of RFC 5530 and of extensions."""

from __future__ import annotations

from lemonade_server.store.errors import (
    AlreadyExists,
    Conflict,
    Denied,
    HasChildren,
    Impossible,
    Invalid,
    LimitReached,
    MessageExpunged,
    NotFound,
    OverQuota,
    SpecialUseRefused,
    StoreError,
    StoreFull,
    TargetNotFound,
    TooLarge,
    Unavailable,
    UnknownEncoding,
)
from lemonade_server.wire.annotations import TOOBIG, TOOMANY
from lemonade_server.wire.errors import Bad, No

CODES: dict[type[StoreError], bytes] = {
    AlreadyExists: b"ALREADYEXISTS",
    Conflict: b"UNAVAILABLE",
    Denied: b"NOPERM",
    HasChildren: b"HASCHILDREN",
    Impossible: b"CANNOT",
    LimitReached: b"LIMIT",
    MessageExpunged: b"EXPUNGEISSUED",
    NotFound: b"NONEXISTENT",
    OverQuota: b"OVERQUOTA",
    SpecialUseRefused: b"USEATTR",
    StoreFull: b"UNAVAILABLE",
    TargetNotFound: b"TRYCREATE",
    TooLarge: b"LIMIT",
    Unavailable: b"UNAVAILABLE",
    UnknownEncoding: b"UNKNOWN-CTE",
}

CODES_OF: dict[tuple[type[StoreError], str], bytes] = {
    (LimitReached, "annotations"): b"METADATA TOOMANY",
    (LimitReached, "message annotations"): TOOMANY,
    (TooLarge, "annotation"): b"METADATA MAXSIZE %d",
    (TooLarge, "message annotation"): TOOBIG,
}
"""Where it matters of what there is too much; ``%d`` is how much there may be."""

AWAY = "the mail store is unavailable, try again later"


def refusal(error: StoreError) -> Bad | No:
    """The tagged reply that an error of the store stands for."""
    if isinstance(error, Invalid):
        return Bad(error.text)
    text = AWAY if isinstance(error, Unavailable) else error.text
    if isinstance(error, LimitReached | TooLarge):
        code = CODES_OF.get((type(error), error.what))
        if code is not None:
            return No(text, code % error.most if b"%" in code else code)
    return No(text, next((CODES[kind] for kind in type(error).__mro__ if kind in CODES), b""))
