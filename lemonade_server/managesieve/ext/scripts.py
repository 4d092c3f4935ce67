"""The commands on scripts (RFC 5804 §2.5 to §2.12). No script is stored that could not run."""

from __future__ import annotations

import re
from functools import partial

from lemonade_server.sieve import Script, ScriptError
from lemonade_server.sieve.cache import get_compiled
from lemonade_server.sieve.lexer import MAX_SCRIPT
from lemonade_server.store import scripts
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import No
from lemonade_server.wire.syntax import literal_head, string

from ..registry import command
from ..session import Session

NEEDS = ("authenticate",)

_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def _name(args: Cursor, may_be_empty: bool = False) -> str:
    """The name of a script (RFC 5804 §1.6). Raises Bad, No."""
    octets = args.sp().string()
    try:
        name = octets.decode()
    except UnicodeDecodeError:
        raise No("The name of a script is UTF-8") from None
    if not name and may_be_empty:
        return name
    if not name or len(name) > scripts.LONGEST_NAME or _UNFIT.search(name):
        raise No(f"A script has a name of 1 to {scripts.LONGEST_NAME} printable characters")
    return name


async def _compile(session: Session, octets: bytes) -> Script:
    """Check a script away from the event loop; what is put is compiled then for its first mail.

    Raises No with the place of the mistake.
    """
    if len(octets) > MAX_SCRIPT:
        raise No(f"A script has at most {MAX_SCRIPT} octets", b"QUOTA/MAXSIZE")
    try:
        return await session.service.db.run(partial(get_compiled, octets))
    except ScriptError as error:
        raise No(str(error)) from None


def _say_done(session: Session, script: Script) -> None:
    warnings = "\r\n".join(script.warnings[:20])
    session.say(b"OK", warnings, b"WARNINGS" if warnings else b"")


@command(b"HAVESPACE")
async def havespace(session: Session, args: Cursor) -> None:
    """Whether a script of a size could be put."""
    name = _name(args)
    size = args.sp().number()
    args.end()
    if size > MAX_SCRIPT:
        raise No(f"A script has at most {MAX_SCRIPT} octets", b"QUOTA/MAXSIZE")
    await session.read(lambda tx, user: scripts.check_room(tx, user.id, name, size))
    session.say(b"OK")


@command(b"PUTSCRIPT")
async def putscript(session: Session, args: Cursor) -> None:
    """Store a script, in place of the one of that name."""
    name = _name(args)
    octets = args.sp().string()
    args.end()
    script = await _compile(session, octets)
    await session.write(lambda tx, user: scripts.put(tx, user.id, name, octets))
    _say_done(session, script)


@command(b"CHECKSCRIPT")
async def checkscript(session: Session, args: Cursor) -> None:
    """Check a script without storing it."""
    octets = args.sp().string()
    args.end()
    _say_done(session, await _compile(session, octets))


@command(b"LISTSCRIPTS")
async def listscripts(session: Session, args: Cursor) -> None:
    """The names of all scripts; the active one is marked."""
    args.end()
    for one in await session.read(lambda tx, user: scripts.all_of(tx, user.id)):
        active = b" ACTIVE" if one.active else b""
        session.conn.write(string(one.name.encode(), utf8=True), active, b"\r\n")
    session.say(b"OK")


@command(b"SETACTIVE")
async def setactive(session: Session, args: Cursor) -> None:
    """Run this script on what arrives from now on; the empty name ends it."""
    name = _name(args, may_be_empty=True)
    args.end()
    await session.write(lambda tx, user: scripts.activate(tx, user.id, name))
    session.say(b"OK")


@command(b"GETSCRIPT")
async def getscript(session: Session, args: Cursor) -> None:
    """The text of a script."""
    name = _name(args)
    args.end()
    octets = await session.read(lambda tx, user: scripts.get(tx, user.id, name))
    if octets is None:
        raise No("There is no script of this name", b"NONEXISTENT")
    session.conn.write(literal_head(len(octets)), octets, b"\r\n")
    session.say(b"OK")


@command(b"DELETESCRIPT")
async def deletescript(session: Session, args: Cursor) -> None:
    """Remove a script that is not active."""
    name = _name(args)
    args.end()
    await session.write(lambda tx, user: scripts.delete(tx, user.id, name))
    session.say(b"OK")


@command(b"RENAMESCRIPT")
async def renamescript(session: Session, args: Cursor) -> None:
    """Give a script another name."""
    old, new = _name(args), _name(args)
    args.end()
    await session.write(lambda tx, user: scripts.rename(tx, user.id, old, new))
    session.say(b"OK")
