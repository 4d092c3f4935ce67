"""Who writes to whom in the demo mail. Hosts end in .example and belong to nobody (RFC 2606)."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

HERE = ""
ACCOUNTS = ("alice", "bob", "admin")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a name and an address; an empty host is the mail domain of this server."""

    name: str
    local: str
    host: str = HERE

    @property
    def address(self) -> str:
        """The e-mail address."""
        return f"{self.local}@{self.host or settings.LEMONADE.domain}"

    @property
    def account(self) -> str:
        """The login of a person with mail here, else empty."""
        return "" if self.host else self.local


ALICE = Person("Alice Marchetti", "alice")
BOB = Person("Bob Lindqvist", "bob")

PEOPLE = {
    "alice": ALICE,
    "bob": BOB,
    "admin": Person("Postmaster", "admin"),
    "mireille": Person("Mireille Fontaine", "m.fontaine", "portellery.example"),
    "owen": Person("Owen Pritchard", "owen", "pritchard-marine.example"),
    "hannah": Person("Hannah Oduya", "hannah.oduya", "coastwise.example"),
    "tomas": Person("Tomás Rey", "tomas", "reyphoto.example"),
    "ingrid": Person("Ingrid Marchetti", "ingrid.marchetti", "homefolk.example"),
    "sam": Person("Sam Whitlock", "sam", "whitlock-joinery.example"),
    "priya": Person("Priya Raman", "priya.raman", "ellerycollege.example"),
    "george": Person("George Abbot", "g.abbot", "northquay.example"),
    "clinic": Person("Ellery Eye Clinic", "appointments", "elleryclinic.example"),
    "library": Person("Port Ellery Library", "loans", "ellerylibrary.example"),
    "rail": Person("Coast Line Rail", "tickets", "coastlinerail.example"),
    "garden": Person("The Slow Gardener", "hello", "slowgardener.example"),
    "books": Person("Tidewater Books", "shop", "tidewaterbooks.example"),
    "tides": Person("Ellery Tides", "bulletin", "ellerytides.example"),
    "bank": Person("Harbour Credit Union", "statements", "harbourcu.example"),
    "cycle": Person("Quayside Cycles", "workshop", "quaysidecycles.example"),
    "choir": Person("Ellery Chamber Choir", "secretary", "ellerychoir.example"),
    "kenji": Person("渡辺 健二", "watanabe", "minato-survey.example"),
    "layla": Person("ليلى حداد", "layla", "haddad-studio.example"),
    "yael": Person("יעל ברק", "yael", "barak-maps.example"),
    "eleni": Person("Ελένη Παππά", "eleni", "limani-press.example"),
    "dmitri": Person("Дмитрий Орлов", "orlov", "neva-charts.example"),
    "lotte": Person("Lotte Brandt", "lotte", "brandt-hydro.example"),
    "marek": Person("Marek Zieliński", "marek", "openchart.example"),
    "fiona": Person("Fiona Keane", "fiona", "keane-walks.example"),
    "water": Person("Western Water, network records", "records", "westernwater.example"),
    "walkers": Person("Coastal Walkers", "walkers", "lists.ellerypaths.example"),
    "mappers": Person("Open Chart developers", "dev", "lists.openchart.example"),
}
