"""The form of an identity: what was typed, judged."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext

from webmail.html.fragment import clean_fragment, text_as_html
from webmail.mail import Address, BadDraft, mailbox_labels, parse_list, readable_text

from .identity import IdentitySettings, MailSignature

LONGEST_TEXT = 5_000  # characters of a signature
LONGEST_HTML = 20_000
MOST_COPIES = 20


@dataclass(slots=True)
class IdentityForm:
    """As it was typed. ``problem`` says what is wrong with ``wrong``; ``removed``: what was taken
    out of the HTML.
    """

    name: str = ""
    text: str = ""
    html: str = ""
    reply_to: str = ""
    bcc: str = ""
    sent_folder: str = ""
    is_default: bool = False
    wrong: str = ""
    problem: str = ""
    removed: tuple[str, ...] = field(default_factory=tuple)

    @classmethod
    def of(cls, address: Address, settings: IdentitySettings, *, is_default: bool) -> IdentityForm:
        """What is settled already."""
        signature = settings.signature
        own_html = "" if signature.html == text_as_html(signature.text) else signature.html
        return cls(
            address.name,
            "" if own_html else signature.text,
            own_html,
            settings.reply_to,
            settings.bcc,
            settings.sent_folder,
            is_default,
        )

    @classmethod
    def read(cls, posted: QueryDict) -> IdentityForm:
        """What was posted."""
        names = ("name", "text", "html", "reply_to", "bcc", "sent_folder")
        typed = {name: posted.get(name, "") for name in names}
        return cls(**typed, is_default="is_default" in posted)  # type: ignore[arg-type]

    def check(self, folders: Collection[str]) -> IdentitySettings | None:
        """What it says; None when something is wrong, which then stands in the form."""
        try:
            reply_to = parse_list("reply_to", self.reply_to)
            bcc = parse_list("bcc", self.bcc)
            signature = self._signature()
            if len(bcc) > MOST_COPIES:
                words = gettext("At most %(most)d addresses.") % {"most": MOST_COPIES}
                raise BadDraft("bcc", words)
            if self.sent_folder and self.sent_folder not in folders:
                raise BadDraft("sent_folder", gettext("Choose a folder."))
        except BadDraft as error:
            self.wrong, self.problem = error.field, str(error)
            return None
        copies = mailbox_labels(bcc)
        return IdentitySettings(signature, mailbox_labels(reply_to), copies, self.sent_folder)

    def _signature(self) -> MailSignature:
        """Both forms of it: of the HTML, where there is any, the text is made."""
        if len(self.text) > LONGEST_TEXT or len(self.html) > LONGEST_HTML:
            raise BadDraft(
                "text",
                gettext("This signature is too long: %(most)d characters are the most.")
                % {"most": LONGEST_TEXT if len(self.text) > LONGEST_TEXT else LONGEST_HTML},
            )
        cleaned = clean_fragment(self.html)
        self.removed = cleaned.removed
        if cleaned.html:
            return MailSignature(readable_text(cleaned.html).strip("\n"), cleaned.html)
        text = self.text.replace("\r\n", "\n").replace("\0", "").strip("\n").rstrip()
        return MailSignature(text, text_as_html(text))
