"""The document that shows an HTML message, and the response that locks it in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse

from . import night
from .highlight import highlight
from .quotes import html_without_quotes
from .sanitize import CidUrl, Clean, WriteUrl, clean

# Mail is written for a white page; only that is given, so that its own colours fit.
DAY = ":root{color-scheme:light}body{color:#1c1e1a;background:#fff}"
BASE_STYLE = """
body{margin:0;padding:0;
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
img{max-width:100%}
table{max-width:100%}
pre{white-space:pre-wrap}
blockquote{margin:0 0 0 8px;padding-left:12px;border-left:2px solid light-dark(#d5d8d0,#4a524c)}
@media (max-width:700px){
/* Newsletters lay out with tables of a fixed width; a percentage leaves their cells wide. */
table,td,th{width:auto!important}
body *{min-width:0!important}
div,p,center,section,article,blockquote,pre,ul,ol,dl,form{max-width:100%!important}
img{max-width:100%!important;height:auto!important}
/* The page's script asks for it where the message can be zoomed until its columns fit. */
[data-whole-words] :is(td,th){overflow-wrap:break-word}
}
"""
# An important declaration in a layer is stronger than any of the message's that has none: whatever
# it says of its outer elements, the reader scrolls to its end.
GUARD = """
@layer guard{html,body{overflow:visible!important;height:auto!important;max-height:none!important;
width:auto!important;min-width:0!important;max-width:none!important;float:none!important}
[data-head]::before,[data-head]::after{content:none!important}
[data-head]::first-line,[data-head]::first-letter{color:inherit!important;font:inherit!important}}
"""
# Below a head of ours, whose own styles are important, nothing of the message can lie above it.
BELOW = '<div style="position:relative!important;z-index:0!important">{}</div>'
PAGE = (
    '<!DOCTYPE html><html{root}><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width">'
    '<link rel="icon" href="data:,"><title>Message</title>'
    "<style>{base}</style><style>{styles}</style></head>"
    "<body{attributes}>{head}{body}</body></html>"
)


# Where the message paints its body, words keep away from the edge.
EDGE = "body{padding:12px}"
_BODY = re.compile(r"\bbody\b")
# Of our origin, so that the page can measure it, scroll to places in it and hear its keys; that is
# safe since nothing in it ever runs: neither this nor ``script-src`` lets a script.
SANDBOX = "allow-popups allow-popups-to-escape-sandbox allow-same-origin"


@dataclass(slots=True)
class Frame:
    """A complete document. ``blocked``: how many remote images were left out."""

    html: str
    blocked: int


def frame(
    letter_html: str,
    cid_url: CidUrl,
    remote: bool,
    write_url: WriteUrl = str,
    *,
    head: str = "",
    scheme: str = "light",
    words: Sequence[str] = (),
    fold_quotes: bool = False,
) -> Frame:
    """Make the message's HTML safe. ``remote``: the user has asked for images from afar.

    ``head`` is HTML of our own that stands above it, on a page that is may_print. ``scheme`` is the
    ``color-scheme`` that it is shown in: "light" is as it was written. ``words`` are marked.
    ``fold_quotes``: what it repeats at its end of earlier messages stands behind a button.
    """
    safe = clean(letter_html, cid_url, remote, write_url, scheme)
    body = highlight(html_without_quotes(safe.body) if fold_quotes else safe.body, words)
    colours = DAY if scheme == "light" else night.base_style(scheme)
    edge = EDGE if _is_painted(safe) else ""
    html = PAGE.format(
        root=safe.canvas.html,
        base=f"{colours}{BASE_STYLE}{edge}{GUARD}{safe.hints}{safe.canvas.rules}",
        styles=safe.styles,
        attributes=safe.canvas.body,
        head=head,
        body=BELOW.format(body) if head else body,
    )
    return Frame(html, safe.blocked)


def _is_painted(safe: Clean) -> bool:
    """Whether the body has a ground of its own."""
    if "background" in safe.canvas.body:
        return True
    rules = (rule.rpartition("{") for rule in f"{safe.canvas.rules}{safe.styles}".split("}"))
    return any("background" in found and _BODY.search(where) for where, _, found in rules)


def policy(remote: bool, may_print: bool = False) -> str:
    """The Content-Security-Policy of a message: no script, no form, nothing from elsewhere.

    ``may_print``: the page may open the browser's dialog for it.
    """
    sandbox = f"{SANDBOX} allow-modals" if may_print else SANDBOX
    images = "'self' data: http: https:" if remote else "'self' data:"
    return (
        f"sandbox {sandbox}; default-src 'none'; "
        f"img-src {images}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'"
    )


def sandbox_response(shown: Frame, remote: bool, may_print: bool = False) -> HttpResponse:
    """The response for an ``<iframe>`` whose ``sandbox`` is ``SANDBOX``."""
    response = HttpResponse(shown.html, content_type="text/html; charset=utf-8")
    response["Content-Security-Policy"] = policy(remote, may_print)
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Opener-Policy"] = "same-origin"
    return response
