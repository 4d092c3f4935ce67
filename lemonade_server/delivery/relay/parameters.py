"""What MAIL and RCPT say to the next host, of the extensions that it offers."""

from __future__ import annotations

import time

from lemonade_server.store.queue import Envelope, Target
from lemonade_server.wire import idn
from lemonade_server.wire.smtp import encode_orcpt, encode_xtext

from .replies import HostReply
from .smtp_connection import SmtpConnection


def mail_options(
    envelope: Envelope, smtp: SmtpConnection, body: str, size: int | None
) -> list[str]:
    """Parameters of MAIL. ``size`` in octets, None when it is not known."""
    options = []
    if body:
        options.append(f"BODY={body}")
    if smtp.has_extn("size") and size is not None:
        options.append(f"SIZE={size}")
    if envelope.smtputf8 and smtp.has_extn("smtputf8") and smtp.has_extn("8bitmime"):
        options.append("SMTPUTF8")
    if smtp.has_extn("dsn") and envelope.ret:
        options.append("RET=HDRS" if envelope.wants_tls else f"RET={envelope.ret}")
    if smtp.has_extn("dsn") and envelope.envid:
        options.append(f"ENVID={encode_xtext(envelope.envid)}")
    if envelope.by_at is not None and smtp.has_extn("deliverby"):
        options.append(f"BY={envelope.by_at - int(time.time())};{envelope.by_mode}")
    if envelope.priority and smtp.has_extn("mt-priority"):
        options.append(f"MT-PRIORITY={envelope.priority}")
    if smtp.requiretls and envelope.wants_tls:
        options.append("REQUIRETLS")
    return options


def recipient_options(target: Target, envelope: Envelope, smtp: SmtpConnection) -> list[str]:
    """Parameters of RCPT. A next hop that does not know of BY is asked to report delays, too
    (RFC 2852 §4.1.4.2).
    """
    if not smtp.has_extn("dsn"):
        return []
    notify = target.notify
    if envelope.by_at is not None and not smtp.has_extn("deliverby") and notify != "NEVER":
        events = notify.split(",") if notify else ["FAILURE"]
        notify = ",".join(events if "DELAY" in events else [*events, "DELAY"])
    options = []
    if notify:
        options.append(f"NOTIFY={notify}")
    if target.orcpt:
        options.append(f"ORCPT={encode_orcpt(target.orcpt)}")
    return options


def too_late(envelope: Envelope, smtp: SmtpConnection, now: int) -> HostReply | None:
    """Why a message that is to be in time or come back can't be given to this host
    (RFC 2852 §4.1.3, §4.1.4.1).
    """
    if not envelope.is_urgent or envelope.by_at is None:
        return None
    left = envelope.by_at - now
    if left <= 0:
        return HostReply(550, "5.4.7", "The time to deliver it in is over")
    if not smtp.has_extn("deliverby"):
        return HostReply(550, "5.3.3", "The next host can't promise to deliver it in time")
    least = smtp.esmtp_features.get("deliverby", "").strip()
    if least.isdigit() and int(least) > left:
        return HostReply(550, "5.3.3", f"The next host wants at least {least} seconds for it")
    return None


def ascii_form(address: str) -> str | None:
    """An address for a host without SMTPUTF8; None when there is none (RFC 6531 §3.2).

    Only the domain has another form (RFC 5890); the local part is the other side's to read.
    """
    if address.isascii():
        return address
    local, _, domain = address.rpartition("@")
    if not local.isascii():
        return None
    try:
        return f"{local}@{idn.to_ascii(domain)}"
    except ValueError:
        return None
