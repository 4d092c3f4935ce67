"""What delivery status notifications say to people, in the language of their reader."""

from __future__ import annotations

from gettext import NullTranslations

from django.utils.translation import gettext_noop

from lemonade_server.languages import ENGLISH, catalogue, spelled_time
from lemonade_server.wire import dates
from lemonade_server.wire.dsn import DELAYED, DELIVERED, EXPANDED, FAILED, RELAYED, Wording

SUBJECTS = {
    FAILED: gettext_noop("Your message could not be delivered"),
    DELAYED: gettext_noop("Your message is delayed"),
    DELIVERED: gettext_noop("Your message was delivered"),
    RELAYED: gettext_noop("Your message was passed on"),
    EXPANDED: gettext_noop("Your message was distributed"),
}
OPENINGS = {
    FAILED: gettext_noop(
        "Your message could not be delivered to the addresses below. Nobody will try again."
    ),
    DELAYED: gettext_noop(
        "Your message has not reached the addresses below yet. There is nothing for you to do: "
        "this server keeps trying."
    ),
    DELIVERED: gettext_noop(
        "Your message was put into the mailboxes of the addresses below, as you asked to be told."
    ),
    RELAYED: gettext_noop(
        "Your message was passed on to the mail servers of the addresses below. They can't confirm "
        "the delivery themselves, so this is the last you will hear."
    ),
    EXPANDED: gettext_noop(
        "Your message was sent on to all members of the addresses below. You will hear of those "
        "whom it can't be delivered to, and not of the others."
    ),
}
DELAYED_UNTIL = gettext_noop(
    "Your message has not reached the addresses below yet. There is nothing for you to do: this "
    "server keeps trying until %(time)s."
)


def wording(action: str, retry_until: int | None, language: str) -> Wording:
    """The words for an action. ``retry_until``: seconds, when trying ends."""
    words = catalogue(language)
    opening = words.gettext(OPENINGS[action])
    if action == DELAYED and retry_until is not None:
        time = _time(retry_until, language, words)
        opening = words.gettext(DELAYED_UNTIL) % {"time": time}
    return Wording(
        language=language,
        sender=words.gettext("Mail Delivery System"),
        subject=words.gettext(SUBJECTS[action]),
        opening=opening,
        about=words.gettext("Subject:"),
    )


def _time(seconds: int, language: str, words: NullTranslations) -> str:
    return dates.rfc5322(seconds) if language == ENGLISH else spelled_time(seconds, words)
