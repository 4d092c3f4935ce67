"""The states of a connection (RFC 3501 §3), as a bit mask so that a command names several."""

from __future__ import annotations

from typing import Final

NOT_AUTHENTICATED: Final = 1
AUTHENTICATED: Final = 2
SELECTED: Final = 4
LOGOUT: Final = 8

LOGGED_IN: Final = AUTHENTICATED | SELECTED
ANY: Final = NOT_AUTHENTICATED | LOGGED_IN

NAMES: Final = {
    NOT_AUTHENTICATED: "before login",
    AUTHENTICATED: "while no mailbox is selected",
    SELECTED: "while a mailbox is selected",
}
