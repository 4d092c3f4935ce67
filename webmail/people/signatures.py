"""A signature in a message that is begun: as text, and as HTML.

In a new message, and below what is quoted, the line "-- " stands before it (RFC 3676 §4.3): readers
cut it off from there on. Above a quotation there is no such line, or the quotation went with it.
"""

from __future__ import annotations

from .identity import MailSignature

SEPARATOR = "-- \n"


def sign_text(text: str, signature: MailSignature, *, above: bool) -> str:
    """A text with its signature. ``above``: before the text, which is a quotation."""
    if not signature.text:
        return text
    if above:
        return f"\n\n{signature.text}{text if text.startswith(chr(10)) else chr(10) + text}"
    return f"{text.rstrip() or ''}\n\n{SEPARATOR}{signature.text}\n"


def unsign_text(text: str, signature: MailSignature) -> str:
    """A text without the signature at its end, if it stands there as it was put."""
    bare = text.replace("\r\n", "\n").rstrip()
    block = f"{SEPARATOR}{signature.text}".rstrip()
    return bare.removesuffix(block).rstrip() + "\n" if signature.text else text


def sign_html(html: str, signature: MailSignature, *, above: bool) -> str:
    """HTML with the same. The class lets the page's script find it when From changes."""
    if not signature.html:
        return html
    if above:
        return f'<div><br></div><div class="signature">{signature.html}</div>{html}'
    return f'{html}<div><br></div><div class="signature">-- <br>{signature.html}</div>'
