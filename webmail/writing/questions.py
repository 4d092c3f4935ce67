"""What is asked once before a message goes out, as it is rarely meant so."""

from __future__ import annotations

import re

from django.http import HttpRequest
from django.utils.translation import gettext, ngettext

from webmail.mail import BadDraft, parse_unfinished_list
from webmail.outgoing.draft import Draft
from webmail.pages.page import pane
from webmail.people.identity import Identities

ASKED = "asked"
"""Where the session has the keys of forms whose writer was asked."""
MOST_ASKED = 50
MANY = 10  # strangers who see each other's addresses
_FILES = re.compile(
    r"\b(attach(ed|ing|ments?)?|enclosed)\b"
    r"|\b(anhang|anhänge|angehängt\w*|beigefügt\w*|anbei|anliegend\w*)\b"
    r"|\bci-?jointe?s?\b|\bpi[èe]ces? jointes?\b|\ben annexe\b"
    r"|مرفق|أرفق"
    r"|添付",
    re.IGNORECASE,
)
"""Words for an attachment, in the languages of the pages."""


class Unanswered(BadDraft):
    """What is asked before a message goes out; ``questions`` are whole sentences."""

    def __init__(self, field: str, questions: list[str]) -> None:
        words = " ".join(questions)
        super().__init__(field, f"{words} {gettext('Press Send again to send it as it is.')}")
        self.questions = questions


def ask_once(request: HttpRequest, key: str, own: Identities, draft: Draft) -> None:
    """Raises Unanswered with all that is asked; not again for the same form."""
    before = request.session.get(ASKED, [])
    found = questions(own, draft)
    if not found or not key or key in before:
        return
    if request.FILES and not pane(request):  # which a page without a script can't give back
        return
    request.session[ASKED] = [*before[-MOST_ASKED:], key]
    raise Unanswered(found[0][0], [text for _, text in found])


def questions(own: Identities, draft: Draft) -> list[tuple[str, str]]:
    """Fields of the form, and what is asked of each."""
    found = []
    if not draft.subject.strip():
        found.append(("subject", gettext("The subject is empty.")))
    goes_along = draft.uploads or draft.design or any(part.chosen for part in draft.kept)
    if not goes_along and _FILES.search(own_words(draft.text)):
        found.append(("files", gettext("You wrote of an attachment, and there is none.")))
    domains = {each.address.rpartition("@")[2].lower() for each in own.addresses}
    people, _ = parse_unfinished_list("to", draft.to)
    count = sum(person.address.rpartition("@")[2].lower() not in domains for person in people)
    if count >= MANY:
        words = ngettext(
            "%(count)d person in To sees the addresses of the others. Bcc hides them.",
            "%(count)d people in To see the addresses of each other. Bcc hides them.",
            count,
        )
        found.append(("to", words % {"count": count}))
    return found


def own_words(text: str) -> str:
    """What was written now: not what is quoted, sent on, or a signature."""
    out = []
    for line in text.splitlines():
        if line == "-- " or line.startswith("-----"):
            break
        if not line.startswith(">"):
            out.append(line)
    return "\n".join(out)
