"""Who signed a message, and whether SPF, DKIM and DMARC agree: one quiet line."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from django.utils.translation import gettext

from webmail.mail import AuthenticationResults, OpenedMessage

from .domains import domain_of, organization_of


class Proof(Enum):
    """What is proven of the author's domain."""

    OWN = "own"  # it wrote the message
    OTHER = "other"  # somebody else vouches for it: a list, a service
    NONE = "none"  # nobody does
    FALSE = "false"  # its domain says that it did not


@dataclass(frozen=True, slots=True)
class Authenticity:
    """``signers`` are the domains whose signatures are good, the author's first; ``details`` what
    each check gave.
    """

    proof: Proof
    author: str
    signers: list[str] = field(default_factory=list)
    details: list[tuple[str, str]] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The line."""
        values = {"author": self.author, "signer": self.signers[0] if self.signers else ""}
        match self.proof:
            case Proof.OWN if self.signers and organization_of(self.signers[0]) == organization_of(
                self.author
            ):
                return gettext("Signed by %(signer)s") % values
            case Proof.OWN:
                return gettext("Sent by a server of %(author)s") % values
            case Proof.OTHER if self.signers:
                return gettext("Signed by %(signer)s, not by %(author)s") % values
            case Proof.OTHER:
                return gettext("Sent by a server of another domain than %(author)s") % values
            case Proof.FALSE:
                return gettext("Not signed by %(author)s, as it should be") % values
        return gettext("Nobody vouches for the sender’s address") % values

    @property
    def icon(self) -> str:
        return "check" if self.proof == Proof.OWN else "info"


def authenticity_of(opened: OpenedMessage) -> Authenticity | None:
    """What our own mail server found out; None where it did not look, as for mail among its own
    users.
    """
    found = opened.authentication
    author = domain_of(opened.sender.address)
    if found is None or not author:
        return None
    own = organization_of(author)
    signers = _domains(found, "dkim", "header.d")
    senders = _domains(found, "spf", "smtp.mailfrom", "smtp.helo")
    signers.sort(key=lambda domain: organization_of(domain) != own)
    is_own = own in map(organization_of, (*signers, *senders))
    verdicts = {each.result for each in found.of("dmarc")}
    if "fail" in verdicts:
        proof = Proof.OTHER if is_passed_on(opened) and (signers or senders) else Proof.FALSE
    elif len(opened.origin.authors) > 1 and "pass" not in verdicts:
        proof = Proof.NONE  # who has signed for one author may have put the other beside him
    elif is_own:
        proof = Proof.OWN
    else:
        proof = Proof.OTHER if signers or senders else Proof.NONE
    return Authenticity(proof, author, signers, _details(found))


def is_passed_on(opened: OpenedMessage) -> bool:
    """Whether a mailing list, or somebody else, sent it on, which breaks signatures."""
    return bool(opened.list_id or opened.origin.passed_on)


def _domains(found: AuthenticationResults, method: str, *names: str) -> list[str]:
    """The domains for which a method says ``pass``."""
    out: dict[str, None] = {}
    for each in found.of(method):
        value = next((each.properties[name] for name in names if name in each.properties), "")
        if each.result == "pass" and value:
            out.setdefault(domain_of(value))
    return list(out)


def _details(found: AuthenticationResults) -> list[tuple[str, str]]:
    """SPF, DKIM and DMARC, each with what it said about whom."""
    out = []
    for method, name in (("spf", "SPF"), ("dkim", "DKIM"), ("dmarc", "DMARC")):
        for each in found.of(method):
            about = next(iter(each.properties.values()), "")
            out.append((name, f"{each.result} ({about})" if about else each.result))
    return out
