"""Showing what strangers wrote, safely."""

from .frame import Frame, frame, policy, sandbox_response
from .links import LONGEST_LINK, write_url
from .parts import attachment_headers, disposition, inline_headers, inline_token, read_inline_token
from .plain import plain
from .sanitize import has_remote

__all__ = [
    "LONGEST_LINK",
    "Frame",
    "attachment_headers",
    "disposition",
    "frame",
    "has_remote",
    "inline_headers",
    "inline_token",
    "plain",
    "policy",
    "read_inline_token",
    "sandbox_response",
    "write_url",
]
