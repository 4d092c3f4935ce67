"""The commands and extensions of all three faces, in the order of the EHLO reply.

A new one is a file here and a name below. What it can do is registered when ``load`` imports it;
taking its line out takes out all of it.
"""

PROTOCOL = "submission"
NAMES: tuple[str, ...] = (
    "session_commands",
    "mail",
    "data",
    "pipelining",
    "size",
    "eight_bit",
    "enhanced_codes",
    "starttls",
    "requiretls",
    "auth",
    "dsn",
    "smtputf8",
    "limits",
    "chunking",
    "future_release",
    "deliver_by",
    "priority",
    "burl",
)
