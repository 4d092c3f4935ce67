"""Invitations in messages, as cards."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext, gettext_lazy

from webmail.invitations.card import InvitationCard, invitation_card
from webmail.invitations.invitation import Attendee
from webmail.mail import OpenedMessage

register = template.Library()
WORDS = {
    "ACCEPTED": gettext_lazy("accepted"),
    "DECLINED": gettext_lazy("declined"),
    "TENTATIVE": gettext_lazy("maybe"),
    "DELEGATED": gettext_lazy("sends somebody else"),
}


@register.simple_tag(takes_context=True)
def invitation_of(context: dict[str, Any], letter: OpenedMessage) -> InvitationCard | None:
    """The card of a message's invitation; None where there is none."""
    return invitation_card(context["request"], letter)


@register.filter
def answer_words(attendee: Attendee) -> str:
    """What somebody answered."""
    return str(WORDS.get(attendee.status, gettext("no answer yet")))
