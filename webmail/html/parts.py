"""How a part of a message may leave us: its headers, and the name of an inline image."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote

from django.core import signing

from webmail.mail import MessagePart

SALT = "webmail.inline"
LIFETIME = 900  # seconds until which the frame must have asked; signing out does not shorten it
# What a browser shows without running anything. SVG and HTML are not among them.
SHOWN_INLINE = frozenset(
    {
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "image/avif",
        "image/bmp",
        "text/plain",
        "application/pdf",
    }
)


_ACTIVE = re.compile(r"^(?:text|message|multipart)/|script|html|xml|xsl|wasm|flash")
# Texts that no page can load as anything of its own; programs know them by their type.
_DATA = frozenset({"text/calendar", "text/csv", "text/vcard", "text/x-vcard", "text/directory"})


def attachment_headers(info: MessagePart, inline: bool) -> dict[str, str]:
    """Headers for the octets of a part. ``inline`` is heeded only for types that run nothing.

    Anything else is a download of its stated type, never sniffed, in a sandbox without rights. What
    a page could load as its own script, style or document is not even called what it is.
    """
    shown = inline and info.type in SHOWN_INLINE
    kind = info.type
    if kind == "text/plain" or kind in _DATA:
        kind = f"{kind}; charset={_charset(info.charset)}"
    elif not shown and _ACTIVE.search(kind):
        kind = "application/octet-stream"
    headers = {
        "Content-Type": kind,
        "Content-Disposition": disposition(info.label, shown),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "private, no-store",
    }
    if shown and kind == "application/pdf":  # the browser's own viewer needs a real origin
        headers["Content-Security-Policy"] = "default-src 'none'; object-src 'self'"
    return headers


def inline_headers(info: MessagePart) -> dict[str, str] | None:
    """Headers for an inline image that a sandboxed message asks for; None: it must not be shown.

    The sandbox has an origin of its own, so the resource policy has to let it in.
    """
    if not info.is_picture:
        return None
    headers = attachment_headers(replace(info, type=info.picture_type), inline=True)
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    headers["Cache-Control"] = "private, max-age=3600"
    return headers


def disposition(name: str, inline: bool) -> str:
    """A Content-Disposition that no file name can break. RFC 6266, RFC 8187."""
    kind = "inline" if inline else "attachment"
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name)
    coded = quote(name, safe="!#$&+-.^_`|~")
    extended = f"; filename*=UTF-8''{coded}" if plain != name else ""
    return f'{kind}; filename="{plain}"{extended}'


def _charset(name: str) -> str:
    return name if name and name.replace("-", "").replace("_", "").isalnum() else "utf-8"


def inline_token(email: str, folder: str, uid: int, section: str) -> str:
    """A signed name for one image of one message, good for some minutes and nobody else's mail."""
    return signing.dumps([email, folder, uid, section], salt=SALT, compress=True)


def read_inline_token(token: str) -> tuple[str, str, int, str] | None:
    """Back to e-mail, folder, UID and section; None when it is forged or too old."""
    try:
        email, folder, uid, section = signing.loads(token, salt=SALT, max_age=LIFETIME)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return str(email), str(folder), int(uid), str(section)
