"""What a domain publishes, ready to be pasted; of keys only the public half."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, pgettext

from lemonade_server.models import DkimKey, Domain
from lemonade_server.signing import dns_records

from .display import badge

KINDS = {
    DkimKey.State.PREPARED: "waiting",
    DkimKey.State.SIGNING: "good",
    DkimKey.State.REPLACED: "quiet",
}


WORDS = {
    DkimKey.State.PREPARED: gettext_lazy("prepared"),
    DkimKey.State.SIGNING: gettext_lazy("signing"),
    DkimKey.State.REPLACED: gettext_lazy("replaced"),
}


def shown_state(key: DkimKey) -> SafeString:
    """The state as a word in a colour, without what to do."""
    state = DkimKey.State(key.state)
    return badge(KINDS[state], WORDS[state])


def shown_keys(domain: Domain) -> SafeString | str:
    """The keys with links to their pages, where they are used and retired."""
    rows = [
        (
            reverse("admin:lemonade_server_dkimkey_change", args=[key.pk]),
            key.full_selector,
            key.get_algorithm_display(),
            shown_state(key),
        )
        for key in domain.dkim_keys.all()
    ]
    if not rows:
        return gettext("None: outgoing mail is not signed.")
    return format_html(
        '<ul class="plain">{}</ul>',
        format_html_join("", '<li><a href="{}">{}</a> {} {}</li>', rows),
    )


def shown_records(domain: Domain) -> SafeString:
    """A table for the forms of DNS hosts, and the same as lines of a zone file."""
    found = [
        *dns_records.of_keys(domain),
        *dns_records.suggested_records(domain.name, settings.LEMONADE.hostname),
    ]
    heads = (gettext("Name"), gettext("Type"), gettext("Value"), pgettext("DNS record", "For"))
    rows = format_html_join(
        "",
        "<tr><td><code>{}</code></td><td>{}</td><td><code>{}</code></td><td>{}</td></tr>",
        ((one.name, one.kind, one.value, one.about) for one in found),
    )
    return format_html(
        '<div class="wide-table records"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
        '</div><details class="records"><summary>{}</summary><pre>{}</pre></details>',
        format_html_join("", '<th scope="col">{}</th>', ((head,) for head in heads)),
        rows,
        gettext("As lines of a zone file"),
        "\n".join(one.line for one in found),
    )
