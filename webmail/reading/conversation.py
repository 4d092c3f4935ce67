"""A conversation as it is read: its messages below one another, those that are read folded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from webmail.mail import (
    ConversationMessage,
    Folder,
    NotFound,
    OpenedConversation,
    Place,
    Refused,
    number,
    write_uid_set,
)
from webmail.pages.folders import folder_of, mail_of, tree_of
from webmail.pages.page import mail_page, pane, show
from webmail.search.highlights import highlights_of
from webmail.trust.context import trust_of

from .mailbox import (
    address,
    draw,
    list_context,
    load_list,
    message_context,
    own_addresses,
    uids_for_later,
    window_of,
)
from .message import asks, card_key, draw_card, way_of
from .orders import offered_orders, order_of
from .snoozing import mark_returns, snoozed_context

MOST_NAMED = 500


@dataclass(slots=True)
class Card:
    """A message of the conversation as the page draws it."""

    shown: ConversationMessage
    folder: Folder
    content: SafeString | str  # what is inside; "" while it is folded
    key: str
    url: str  # of the message alone
    open_url: str  # of the conversation with this message open, for who has no script
    earlier_url: str  # of the conversation with more of what stands before it


@mail_page
@require_safe
def show_conversation(request: HttpRequest, name: str, uid: int) -> HttpResponse:
    """The conversation of a message, from all folders, and beside it the list it was opened from.

    ``?open=Sent/3``: that message, too, with its text; ``?earlier=INBOX/5``: also those before
    that one. The pane "cards" are the messages alone that are not ``?known=``.
    """
    window = window_of(request)
    session = mail_of(request)
    wanted = named_messages(request, "open")
    earlier = next(iter(named_messages(request, "earlier")), None)
    known = named_messages(request, "known") if pane(request) == "cards" else []
    found = session.conversation(name, uid, wanted, earlier, known)
    here = folder_of(request, name)
    cards = cards_of(request, found, window)
    if pane(request) == "cards":
        joined = {"cards": cards, "conversation": found, "chosen": chosen_words(found)}
        return show(request, "webmail/reading/joined.html", joined)
    page = None
    if pane(request) != "letter":
        page = load_list(request, here, window, order_of(request, name))
    context: dict[str, Any] = {
        "folder": here,
        "list_url": address(name, window),
        "held": uids_for_later(request, here),
        "own": own_addresses(request),
        **pane_context(request, found, here, cards, window),
    }
    context |= snoozed_context(request, here, found.uidvalidity, found.uids)
    if page is not None:
        mark_returns(request, here, page.uidvalidity, page.rows)
        context["orders"] = offered_orders(session, here)
        context.update(list_context(here, page, window))
    return draw(request, context)


def pane_context(
    request: HttpRequest,
    found: OpenedConversation,
    here: Folder,
    cards: list[Card],
    window: dict[str, str],
) -> dict[str, Any]:
    """What the pane reads: of a conversation, or of the one message that it has."""
    opened = found.messages[-1].opened if found.messages else None
    if not found.messages:
        raise NotFound(gettext("This message is not in this folder any more."))
    subject = found.messages[0].row.subject or gettext("(no subject)")
    if found.total == 1 and opened is not None:
        return {
            "title": subject,
            "muting": found,
            "way": way_of(request, here, opened),
            "receipt_to": asks(request, here, opened),
            "trust": trust_of(request, here, opened),
            **message_context(request, opened, window),
        }
    newest = next((card for card in reversed(cards) if card.folder.role != "drafts"), cards[-1])
    return {
        "title": subject,
        "subject": subject,
        "marks": highlights_of(""),
        "conversation": found,
        "chosen": chosen_words(found),
        "cards": cards,
        "newest_card": newest,
    }


def chosen_words(found: OpenedConversation) -> str:
    """What the form of the conversation acts on: what lies in this folder."""
    return write_uid_set(found.uids)


def cards_of(request: HttpRequest, found: OpenedConversation, window: dict[str, str]) -> list[Card]:
    """Each message that is shown; the text of those that are open."""
    tree = {folder.name: folder for folder in tree_of(request)}
    here = reverse("webmail:conversation", args=[found.folder, found.uids[0]])

    def with_more(name: str, place: Place) -> str:
        return f"{here}?{urlencode({**window, name: write_place(place)})}"

    cards = []
    for shown in found.messages:
        folder = tree.get(shown.member.folder)
        if folder is None:
            continue
        place = shown.member.place
        cards.append(
            Card(
                shown=shown,
                folder=folder,
                content=draw_card(request, folder, shown.opened) if shown.opened else "",
                key=card_key(*place),
                url=reverse("webmail:letter", args=place),
                open_url=with_more("open", place),
                earlier_url=with_more("earlier", place),
            )
        )
    return cards


def write_place(place: Place) -> str:
    """``Sent/3``."""
    return f"{place[0]}/{place[1]}"


def named_messages(request: HttpRequest, name: str) -> list[Place]:
    """The messages that an address names. Raises Refused for nonsense."""
    out = []
    for text in request.GET.getlist(name)[:MOST_NAMED]:
        folder, _, uid = text.rpartition("/")
        if not folder or number(uid) is None:
            raise Refused(gettext("Which messages are meant can't be read."))
        out.append((folder, int(uid)))
    return out
