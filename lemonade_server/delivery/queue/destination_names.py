"""Where a recipient's mail goes to, as one word: what goes to one place shares connections."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext

from lemonade_server.directory.addresses import domain_of
from lemonade_server.directory.lookup import is_local
from lemonade_server.store.db import Tx
from lemonade_server.wire import idn

from ..relay.hosts import BY_MX, Host, NoHost, mail_hosts, relay_host

HERE = ""
SMART_HOST = "*"
"""The relay of the settings, which takes everything that is not for this server."""

_URLS = ("smtp://", "smtps://")


def destination_of(tx: Tx, address: str) -> str:
    """The place of an address, as the settings and the domains are now."""
    domain = domain_of(address)
    if is_local(tx, domain):
        return HERE
    if settings.LEMONADE.relay_url:
        return SMART_HOST
    try:
        return idn.to_ascii(domain)
    except ValueError:
        return domain  # no host will be found


def is_explicit(place: str) -> bool:
    """Whether an operator has chosen it: then it stays as it is."""
    return place.startswith((*_URLS, BY_MX))


def hosts_of(place: str) -> list[Host]:
    """The hosts of a place, best first. Raises NoHost."""
    url = settings.LEMONADE.relay_url if place == SMART_HOST else place
    if place != SMART_HOST and not place.startswith(_URLS):
        return mail_hosts(place.removeprefix(BY_MX))
    try:
        return [relay_host(url)]
    except ValueError as error:
        raise NoHost("4.3.5", str(error)) from error


def parse(text: str) -> str:
    """What an operator names to reroute mail to: a URL, a domain, or * for the settings' relay.

    A URL holds no password: it is shown. Raises ValueError.
    """
    text = text.strip()
    if text == SMART_HOST:
        if not settings.LEMONADE.relay_url:
            raise ValueError(gettext("there is no relay in the settings (LEMONADE_RELAY_URL)"))
        return SMART_HOST
    if text.startswith(_URLS):
        host = relay_host(text)
        if host.login:
            raise ValueError(gettext("a host with a password belongs into LEMONADE_RELAY_URL"))
        return text
    if not text or any(character in text for character in "@/ :"):
        raise ValueError(gettext("smtp://host[:port], a domain or * is needed"))
    return f"{BY_MX}{text.lower()}"


def label(place: str) -> str:
    """The place in words."""
    named = {HERE: gettext("this server"), SMART_HOST: gettext("the relay")}
    return named.get(place, place.removeprefix(BY_MX))
