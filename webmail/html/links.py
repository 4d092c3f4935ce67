"""Where a ``mailto:`` link leads: to the page for writing, not to a program of the device."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

LONGEST_LINK = 64_000  # characters


def write_url(link: str) -> str:
    """The page for writing, filled in from a ``mailto:`` link."""
    return f"{reverse('webmail:compose')}?{urlencode({'mailto': link[:LONGEST_LINK]})}"
