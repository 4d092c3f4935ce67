"""What is odd about a message. A warning that is often wrong is read by nobody: each names what
can be seen, and stays away where there is a common reason for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext

from webmail.mail import MailSession, OpenedMessage, TextKey

from .authenticity import Authenticity, Proof, is_passed_on
from .domains import domain_of, find_lookalike, organization_of
from .encryption import find_encrypted, labels
from .known_people import KnownPeople
from .links import MisleadingLink, find_misleading_links

MOST_LINKS = 3  # that are named


def warnings_of(
    session: MailSession, opened: OpenedMessage, people: KnownPeople, found: Authenticity | None
) -> list[str]:
    """All of them in words, the gravest first."""
    out = [*_forgery(found), *_lookalike_domain(opened, people), *_links(opened, people, found)]
    if not people.knows(opened.sender.address):
        out += _name_of_another(session, opened, people)
        out += _reply_elsewhere(opened, people)
        out += _encrypted_attachments(session, opened)
    return out


def _forgery(found: Authenticity | None) -> Iterator[str]:
    if found is not None and found.proof == Proof.FALSE:
        yield gettext("%(author)s did not sign this message as it should. It may be forged.") % {
            "author": found.author
        }


def _lookalike_domain(opened: OpenedMessage, people: KnownPeople) -> Iterator[str]:
    domain = domain_of(opened.sender.address)
    if not domain or organization_of(domain) in people.organizations:
        return
    if known := find_lookalike(domain, sorted(people.organizations)):
        yield gettext(
            "The sender’s domain is %(domain)s: that looks like %(known)s and is not."
        ) % {
            "domain": domain,
            "known": known,
        }


def _links(opened: OpenedMessage, people: KnownPeople, found: Authenticity | None) -> Iterator[str]:
    for link in misleading_links(opened, people, found)[:MOST_LINKS]:
        yield gettext("A link says %(named)s and leads to %(goal)s.") % {
            "named": link.named,
            "goal": link.leads_to,
        }


def misleading_links(
    opened: OpenedMessage, people: KnownPeople, found: Authenticity | None
) -> list[MisleadingLink]:
    """Those that are no counters of clicks.

    Who is proven to have written the message may lead from words of their own wherever they like;
    who sends to a list of people that can be left, through their own or their service's domain from
    words of others, too, unless these are of somebody whom the reader knows.
    """
    proven = found is not None and found.proof == Proof.OWN
    author = organization_of(domain_of(opened.sender.address))
    trusted = {author} if proven else set()
    links = find_misleading_links(opened.html, trusted)
    if found is None or not proven or not (opened.list_unsubscribe or opened.list_id):
        return links
    counters = {author, *map(organization_of, found.signers)}
    return [
        link
        for link in links
        if organization_of(link.named) in people.organizations
        or organization_of(link.leads_to) not in counters
    ]


def _name_of_another(
    session: MailSession, opened: OpenedMessage, people: KnownPeople
) -> Iterator[str]:
    """A first message by somebody who has the name of a person whom the reader knows."""
    sender = opened.sender
    known = people.addresses_of(sender.name)
    if not known or is_passed_on(opened):
        return
    if session.count_found([opened.folder], TextKey("from", sender.address)) > 1:
        return
    yield gettext("You know %(name)s by another address: %(known)s. This is %(address)s.") % {
        "name": sender.name,
        "known": known[0],
        "address": sender.address,
    }


def _reply_elsewhere(opened: OpenedMessage, people: KnownPeople) -> Iterator[str]:
    """An answer would go to another domain than the message seems to come from."""
    if is_passed_on(opened) or opened.list_unsubscribe or len(opened.reply_to) != 1:
        return
    sender, goal = opened.sender, opened.reply_to[0]
    there = domain_of(goal.address)
    named = {each.address.lower() for each in (*opened.to, *opened.cc)}
    if not there or people.knows(goal.address) or goal.address.lower() in named:
        return
    if organization_of(there) == organization_of(domain_of(sender.address)):
        return
    yield gettext("Answers go to another place than it comes from: %(address)s.") % {
        "address": goal.address
    }


def _encrypted_attachments(session: MailSession, opened: OpenedMessage) -> Iterator[str]:
    if found := find_encrypted(session, opened):
        yield gettext(
            "A stranger sent it encrypted, so nobody could look for a virus in it: %(names)s."
        ) % {"names": labels(found)}
