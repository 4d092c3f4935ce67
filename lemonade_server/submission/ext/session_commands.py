"""The commands that every SMTP server has beside those that carry mail (RFC 5321 §4.1.1)."""

from __future__ import annotations

from django.conf import settings

from lemonade_server.wire.errors import Reply

from ..face import LMTP, SMTP, SUBMISSION
from ..registry import command, offered_extensions, verbs
from ..session import Goodbye, Session


def _greet(session: Session, args: bytes) -> None:
    """EHLO and HELO forget the transaction (RFC 5321 §4.1.4). Raises Reply."""
    name = args.decode("ascii", "replace").strip()
    if not name or any(blank in name for blank in " \t"):
        raise Reply(501, "5.5.4", "Say EHLO and your host's name")
    session.reset()
    session.helo = name


@command(b"EHLO", anonymous=True, on=(SUBMISSION, SMTP))
async def ehlo(session: Session, args: bytes) -> None:
    """Answer with what is offered in this state: less before TLS and AUTH, more after."""
    _greet(session, args)
    session.extended = True
    greeting = f"{settings.LEMONADE.hostname} at your service"
    session.say(250, "", greeting, *offered_extensions(session))


@command(b"LHLO", anonymous=True, on=(LMTP,))
async def lhlo(session: Session, args: bytes) -> None:
    """EHLO of LMTP, so that neither protocol is taken for the other (RFC 2033 §4.1)."""
    await ehlo(session, args)


@command(b"HELO", anonymous=True, on=(SUBMISSION, SMTP))
async def helo(session: Session, args: bytes) -> None:
    """The old greeting: no extension may be used."""
    _greet(session, args)
    session.extended = False
    session.say(250, "2.0.0", f"{settings.LEMONADE.hostname} at your service")


@command(b"NOOP", anonymous=True)
async def noop(session: Session, args: bytes) -> None:
    """Nothing; its argument is ignored."""
    session.say(250, "2.0.0", "Still here")


@command(b"RSET", anonymous=True)
async def rset(session: Session, args: bytes) -> None:
    """Forget the transaction, not the login."""
    session.reset()
    session.say(250, "2.0.0", "Forgotten")


@command(b"QUIT", anonymous=True)
async def quit_(session: Session, args: bytes) -> None:
    """The end, in peace."""
    raise Goodbye(221, "2.0.0", "Good-bye")


@command(b"HELP", anonymous=True)
async def help_(session: Session, args: bytes) -> None:
    """The commands there are."""
    names = " ".join(verb.decode("ascii") for verb in verbs(session))
    session.say(214, "2.0.0", f"Commands: {names}")


@command(b"VRFY")
async def vrfy(session: Session, args: bytes) -> None:
    """Never tells who has mail here (RFC 5321 §7.3)."""
    if not args:
        raise Reply(501, "5.5.4", "VRFY needs an address")
    session.say(252, "2.5.0", "Send the mail and see")
