"""The body of an answer to an invitation: words, and a calendar beside them (RFC 6047 §2.4)."""

from __future__ import annotations

from webmail.mail import calendar_part, parameter, text_part

from .rich_plan import Body


def calendar_body(text: str, octets: bytes, boundary: str) -> Body:
    """A multipart/alternative, which calendar programs look for: header fields and pieces."""
    inner = f"a{boundary}"  # neither may begin with the other (RFC 2046 §5.1.2)
    mark = f"--{inner}\r\n".encode("ascii")
    header = f"Content-Type: multipart/alternative{parameter('boundary', inner)}\r\n"
    text_header, words = text_part(text)
    calendar_header, calendar = calendar_part(octets, "REPLY")
    body = b"".join(
        [
            *(mark, text_header, b"\r\n", words),
            *(b"\r\n", mark, calendar_header, b"\r\n", calendar),
            f"\r\n--{inner}--\r\n".encode("ascii"),
        ]
    )
    return header.encode("ascii"), [body]
