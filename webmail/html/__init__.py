"""Showing what strangers wrote, safely."""

from .frame import Frame, frame, policy, sandbox_response
from .links import LONGEST_LINK, write_url
from .parts import attachment_headers, disposition, inline_headers, inline_token, read_inline_token
from .plain import plain
from .rich_text import (
    can_be_edited,
    clean_rich_text,
    pictures_of,
    plain_text_of,
    rich_text_of,
    with_mail_styles,
    without_pictures,
)
from .sanitize import has_remote

__all__ = [
    "LONGEST_LINK",
    "Frame",
    "attachment_headers",
    "can_be_edited",
    "clean_rich_text",
    "disposition",
    "frame",
    "has_remote",
    "inline_headers",
    "inline_token",
    "pictures_of",
    "plain",
    "plain_text_of",
    "policy",
    "read_inline_token",
    "rich_text_of",
    "sandbox_response",
    "with_mail_styles",
    "without_pictures",
    "write_url",
]
