"""The commands, each file registered by being imported here."""

from . import authenticate, capability, scripts, session_commands, starttls  # noqa: F401
