"""The commands and extensions of all three faces, in the order of the EHLO reply.

A new one is a file here and a line below.
"""

from . import (  # noqa: F401, I001  (the order is that of the EHLO reply)
    session_commands,
    mail,
    data,
    pipelining,
    size,
    eight_bit,
    enhanced_codes,
    starttls,
    requiretls,
    auth,
    dsn,
    smtputf8,
    limits,
    chunking,
    future_release,
    deliver_by,
    priority,
    burl,
)
