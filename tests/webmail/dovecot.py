"""A real IMAP server that is not ours: Debian's Dovecot, where it is installed.

The webmail has to work against it too, falling back where it lacks an extension.
"""

from __future__ import annotations

import contextlib
import imaplib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.mailserver import free_ports

CONFIG = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
first_valid_gid = 1
auth_mechanisms = plain
mail_location = maildir:{root}/mail/%u
mail_max_userip_connections = 100
imap_capability = {capability}
passdb {{
  driver = static
  args = password=lemon
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={root}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Drafts {{
    special_use = \\Drafts
    auto = subscribe
  }}
  mailbox Sent {{
    special_use = \\Sent
    auto = subscribe
  }}
  mailbox Trash {{
    special_use = \\Trash
    auto = subscribe
  }}
}}
"""

TICKETS = """
imap_urlauth_host = localhost
imap_urlauth_port = {port}
imap_urlauth_submit_user = submit
mail_attribute_dict = file:{root}/mail/%u/attributes
"""


def installed() -> bool:
    """Can it be started here? Its master process wants to be root."""
    return shutil.which("dovecot") is not None and os.geteuid() == 0


@contextlib.contextmanager
def dovecot(root: Path, capability: str = "", tickets: bool = False) -> Iterator[int]:
    """Run it on a free port; gives the port. ``capability`` replaces what it announces.

    Logins: any name, password "lemon". ``tickets``: with URLAUTH, for a submission service that
    logs in as "submit".
    """
    root.mkdir(parents=True, exist_ok=True)
    (root / "mail").mkdir(exist_ok=True)
    shutil.chown(root / "mail", "mail", "mail")
    (port,) = free_ports(1)
    config = root / "dovecot.conf"
    text = CONFIG + TICKETS if tickets else CONFIG
    config.write_text(text.format(root=root, port=port, capability=capability))
    process = subprocess.Popen(
        ["dovecot", "-F", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        _await(port, process)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError((process.stderr.read() if process.stderr else b"").decode())
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            imap = imaplib.IMAP4("127.0.0.1", port, timeout=5)
            imap.login("first", "lemon")  # only now all its processes are up
            imap.logout()
            return
        time.sleep(0.05)
    raise RuntimeError("dovecot did not start")
