"""What would become of mail to an address, in words: for the command and the admin's page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from lemonade_server.store.db import Tx
from lemonade_server.wire import smtp
from lemonade_server.wire.errors import Reply

from .queue import destination_names
from .route import Leg, route


@dataclass(frozen=True, slots=True)
class ReportedLeg:
    """One address at which mail arrives, and how."""

    address: str
    words: str


def report_route(tx: Tx, text: str) -> list[ReportedLeg]:
    """Where mail to an address goes now. Raises ValueError for what is no address."""
    try:
        address = smtp.recipient(f"TO:<{text.strip()}>".encode(), utf8=True).address
    except (Reply, UnicodeEncodeError) as error:
        raise ValueError(
            gettext("%(address)s is not an address") % {"address": repr(text.strip())}
        ) from error
    return [ReportedLeg(leg.address, _words(tx, leg)) for leg in route(tx, address).legs]


def _words(tx: Tx, leg: Leg) -> str:
    if leg.status:
        return gettext("refused: %(status)s %(reason)s") % {
            "status": leg.status,
            "reason": leg.reason,
        }
    if leg.account is not None:
        by_filter = gettext("into a mailbox here, by a filter")
        return by_filter if leg.script else gettext("into a mailbox here")
    place = destination_names.label(destination_names.destination_of(tx, leg.address))
    if leg.alias:
        text = gettext("elsewhere, by way of %(place)s, sent on by %(alias)s")
        return text % {"place": place, "alias": leg.alias}
    return gettext("elsewhere, by way of %(place)s") % {"place": place}
