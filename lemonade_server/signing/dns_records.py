"""What a domain should publish in DNS: its keys, its hosts, who speaks for it, its services."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from lemonade_server.models import Domain

LONGEST = 250
"""Octets of a string of a TXT record in a zone file; 255 are allowed (RFC 1035 §3.3)."""


@dataclass(slots=True)
class Record:
    """One record. ``value`` is whole, as forms on the web want it; ``about`` says what for."""

    name: str
    kind: str
    value: str
    about: str

    @property
    def line(self) -> str:
        """As a line of a zone file, where a long text is several strings."""
        value = self.value
        if self.kind == "TXT":
            pieces = (value[at : at + LONGEST] for at in range(0, len(value), LONGEST))
            value = " ".join(f'"{piece}"' for piece in pieces)
        return f"{self.name}. {self.kind} {value}"


def of_keys(domain: Domain) -> list[Record]:
    """The public keys, also of those that sign no longer (RFC 6376 §3.6.1)."""
    return [
        Record(
            key.record_name,
            "TXT",
            key.record,
            gettext("DKIM, %(state)s") % {"state": key.get_state_display()},
        )
        for key in domain.dkim_keys.all()
    ]


def suggested_records(name: str, host: str) -> list[Record]:
    """For the domain ``name``, served by ``host`` alone: MX, SPF, DMARC, and how programs find it.

    The ports are those that the standards name (RFC 6186 §3, RFC 8314 §5.1, RFC 5804 §1.7).
    """
    services = (
        ("_submissions", 0, 465, gettext("submission under TLS")),
        ("_imaps", 0, 993, gettext("IMAP under TLS")),
        ("_submission", 10, 587, gettext("submission with STARTTLS")),
        ("_imap", 10, 143, gettext("IMAP with STARTTLS")),
        ("_sieve", 0, 4190, gettext("filters (ManageSieve)")),
    )
    return [
        Record(name, "MX", f"10 {host}.", gettext("mail comes here")),
        Record(name, "TXT", "v=spf1 mx -all", gettext("SPF: only from here")),
        Record(
            f"_dmarc.{name}", "TXT", "v=DMARC1; p=quarantine", gettext("DMARC: the rest is suspect")
        ),
        *(
            Record(f"{service}._tcp.{name}", "SRV", f"{priority} 1 {port} {host}.", about)
            for service, priority, port, about in services
        ),
    ]
