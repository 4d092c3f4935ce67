"""Dovecot as Debian packs it, from a folder of its own: nothing is installed on the system."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from .host import PASSWORD, Host

FOLDER = Path(".peers/dovecot")
MODULES = "modules"
PACKAGES = ("dovecot-core", "dovecot-imapd", "dovecot-lmtpd")

# Dovecot's defaults, but for where things are, and without root: it changes no user then.
CONFIGURATION = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
libexec_dir = {programs}/usr/lib/dovecot
mail_plugin_dir = {programs}/usr/lib/dovecot/modules
login_plugin_dir = {programs}/usr/lib/dovecot/modules/login
import_environment = TZ LD_LIBRARY_PATH={libraries}
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_location = {format}:{root}/mail/%u
mail_max_userip_connections = 2000
postmaster_address = postmaster@lemonade.test
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/mail/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp_port}
  }}
}}
"""


class NoPackages(RuntimeError):
    """Dovecot can't be had or run here; the text says why."""


def install(folder: Path = FOLDER) -> Path:
    """Where it is unpacked, with the libraries that the system lacks. Raises NoPackages."""
    programs = folder.absolute() / "root"
    if (programs / "complete").exists():
        return programs
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise NoPackages("Dovecot comes from Debian's packages: this needs apt-get and dpkg")
    packages = folder.absolute() / "packages"
    shutil.rmtree(folder, ignore_errors=True)
    packages.mkdir(parents=True)
    wanted = [*PACKAGES, *_missing_libraries()]
    done = subprocess.run(
        ["apt-get", "download", *wanted], cwd=packages, capture_output=True, text=True
    )
    if done.returncode:
        raise NoPackages(
            f"apt-get can't download {', '.join(wanted)} (is 'apt-get update' needed?):\n"
            f"{done.stderr.strip()}"
        )
    for package in sorted(packages.glob("*.deb")):
        subprocess.run(["dpkg", "-x", str(package), str(programs)], check=True)
    _relocate(programs)
    (programs / "complete").touch()
    return programs


def _relocate(programs: Path) -> None:
    """Let it load its own modules from its working folder, where there will be a link.

    All other paths can be configured; this one, of the module for TLS, stands in a library.
    """
    library = programs / "usr/lib/dovecot/libdovecot.so.0"
    octets, wired = library.read_bytes(), b"/usr/lib/dovecot/modules\0"
    if wired not in octets:
        raise NoPackages("this Dovecot is of another kind than that of Debian 12")
    library.write_bytes(octets.replace(wired, MODULES.encode().ljust(len(wired), b"\0")))


def _is_open_to_all(folder: Path) -> bool:
    return all(each.stat().st_mode & 0o001 for each in (folder, *folder.parents))


def _missing_libraries() -> list[str]:
    said = subprocess.run(["apt-cache", "depends", PACKAGES[0]], capture_output=True, text=True)
    words = [line.split() for line in said.stdout.splitlines()]
    names = [two[1] for two in words if two[0] == "Depends:" and two[1].startswith("lib")]
    return [name for name in names if not _is_installed(name)]


def _is_installed(package: str) -> bool:
    command = ["dpkg-query", "-W", "-f", "${Status}", package]
    said = subprocess.run(command, capture_output=True, text=True)
    return said.stdout.startswith("install ok")


class Dovecot(Host):
    """One server of its own with empty mailboxes of one format, ``maildir`` or ``sdbox``."""

    def __init__(self, programs: Path, kind: str) -> None:
        super().__init__()
        self._programs = programs
        self._folder = tempfile.TemporaryDirectory(
            prefix=f"dovecot-{kind}-", ignore_cleanup_errors=True
        )
        self._root = Path(self._folder.name)
        self._account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.getuid())
        for working in (self._root / "run", self._root / "run" / "login"):
            working.mkdir()
            (working / MODULES).symlink_to(programs / "usr/lib/dovecot/modules")
        if os.geteuid() == 0:
            for path in (self._root, *self._root.rglob("*")):
                os.chown(path, self._account.pw_uid, self._account.pw_gid, follow_symlinks=False)
        self._configuration = self._root / "dovecot.conf"
        self._configuration.write_text(self._configured(kind))
        self._start()

    def _configured(self, kind: str) -> str:
        user = self._account
        return CONFIGURATION.format(
            root=self._root,
            programs=self._programs,
            libraries=self._libraries(),
            user=user.pw_name,
            group=grp.getgrgid(user.pw_gid).gr_name,
            uid=user.pw_uid,
            gid=user.pw_gid,
            format=kind,
            password=PASSWORD,
            imap_port=self.imap_port,
            lmtp_port=self.lmtp_port,
        )

    def _libraries(self) -> str:
        places = ("dovecot", "dovecot/modules/old-stats", f"{os.uname().machine}-linux-gnu")
        return ":".join(f"{self._programs}/usr/lib/{place}" for place in places)

    def _start(self) -> None:
        # Its own start would look for doveconf where the system has it.
        programs, user, is_root = self._programs, self._account, os.geteuid() == 0
        server = [f"{programs}/usr/sbin/dovecot", "-F", "-c", str(self._configuration)]
        reader = [f"{programs}/usr/bin/doveconf", "-c", str(self._configuration)]
        if is_root and not _is_open_to_all(programs):
            raise NoPackages(
                f"{programs} is not open to the user {user.pw_name}, who is to run Dovecot: "
                "choose another folder with --folder"
            )
        with (self._root / "output").open("ab") as output:
            self._process = subprocess.Popen(
                [*reader, "-f", "service=master", "-e", *server],
                env={**os.environ, "LD_LIBRARY_PATH": self._libraries()},
                user=user.pw_uid if is_root else None,
                group=user.pw_gid if is_root else None,
                extra_groups=[] if is_root else None,
                stdout=output,
                stderr=output,
            )
        try:
            self._await_greeting()
        except RuntimeError as error:
            said = [self._root / "output", self._root / "log"]
            text = "\n".join(path.read_text() for path in said if path.exists())
            self._process.kill()
            raise RuntimeError(f"{error}\n{text}") from None

    def _roots(self) -> Iterable[int]:
        return [self._process.pid]

    def restart(self) -> None:
        """Stop it and start it anew on the same data and ports."""
        self._stop()
        self._start()

    def _stop(self) -> None:
        self._process.terminate()
        self._process.wait(30)

    def close(self) -> None:
        """Stop it and remove its data."""
        self._stop()
        self._folder.cleanup()
