"""A private Postfix on loopback, with configuration, queue and port of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.mailserver import free_ports

START_SECONDS = 60.0
COMMAND = shutil.which("postfix")

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = postfix.example
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
local_recipient_maps =
relay_domains = lemonade.test
transport_maps = inline:{{ lemonade.test=lmtp:inet:[127.0.0.1]:{lmtp}, example.org=discard: }}
smtpd_recipient_restrictions = permit_mynetworks, reject
smtputf8_enable = no
smtp_dns_support_level = disabled
lmtp_dns_support_level = disabled
lmtp_tls_security_level = none
smtpd_tls_security_level = none
always_bcc =
disable_vrfy_command = yes
"""
SERVICES = (
    "cleanup unix n - n - 0 cleanup",
    "qmgr unix n - n 300 1 qmgr",
    "rewrite unix - - n - - trivial-rewrite",
    "bounce unix - - n - 0 bounce",
    "defer unix - - n - 0 bounce",
    "trace unix - - n - 0 bounce",
    "flush unix n - n 1000? 0 flush",
    "proxymap unix - - n - - proxymap",
    "error unix - - n - - error",
    "retry unix - - n - - error",
    "discard unix - - n - - discard",
    "lmtp unix - - n - - lmtp",
    "anvil unix - - n - 1 anvil",
    "scache unix - - n - 1 scache",
    "pickup unix n - n 1 1 pickup",
    "showq unix n - n - - showq",
    "postlog unix-dgram n - n - 1 postlogd",
)


class Postfix:
    """``port`` takes mail from this machine; that for lemonade.test goes on by LMTP."""

    def __init__(self, folder: Path, lmtp: int) -> None:
        self.folder = folder
        (self.port,) = free_ports(1)
        for name in ("config", "queue", "data", "log"):
            (folder / name).mkdir()
            (folder / name).chmod(0o755)  # whatever the umask of who tests: it has users of its own
        folder.chmod(0o755)
        shutil.chown(folder / "data", "postfix")
        (folder / "config" / "main.cf").write_text(MAIN.format(folder=folder, lmtp=lmtp))
        services = (f"127.0.0.1:{self.port} inet n - n - - smtpd", *SERVICES)
        (folder / "config" / "master.cf").write_text("\n".join(services) + "\n")
        for file in (folder / "config").iterdir():
            file.chmod(0o644)

    def run(self, *words: str) -> None:
        """A command of Postfix. Raises CalledProcessError with what was said."""
        assert COMMAND is not None
        subprocess.run(
            [COMMAND, "-c", str(self.folder / "config"), *words],
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
            umask=0o022,
        )

    def log(self) -> str:
        """What it has logged."""
        path = self.folder / "log" / "mail.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def greets(self) -> bool:
        """Whether it takes mail by now."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 5) as probe:
            return probe.recv(3) == b"220"
        return False

    def await_log(self, words: str) -> None:
        """Wait for words in the log. Raises TimeoutError with the whole of it."""
        self._wait(lambda: words in self.log())

    def start(self) -> None:
        """Start it and wait until it takes mail."""
        self.run("start")
        self._wait(self.greets)

    def _wait(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(self.log())
            time.sleep(0.05)


@contextmanager
def running(lmtp: int) -> Iterator[Postfix]:
    """A Postfix that hands mail for lemonade.test to an LMTP port of this machine.

    Its folder is not below pytest's, which others may not enter: Postfix has a user of its own.
    """
    with tempfile.TemporaryDirectory(prefix="postfix-", ignore_cleanup_errors=True) as folder:
        postfix = Postfix(Path(folder), lmtp)
        try:
            postfix.start()
            yield postfix
        finally:
            with suppress(subprocess.CalledProcessError):
                postfix.run("abort")
