"""The commands: a file each, and a name below. ``load`` imports them."""

PROTOCOL = "ManageSieve"
NAMES: tuple[str, ...] = ("authenticate", "capability", "scripts", "session_commands", "starttls")
