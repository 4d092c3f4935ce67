"""The page of how much room mail takes."""

from __future__ import annotations

import re

from django.test import Client

from .website import Site, letter


def folders(page: str) -> list[tuple[str, str, str]]:
    """Folder, messages and size of each row."""
    cells = re.findall(
        r'<th scope="?row"?><a href=[^>]*>([^<]*)</a></th>\s*<td>(\d*)</td>\s*<td>([^<]*)</td>',
        page,
    )
    return [(name, count, size) for name, count, size in cells]


def test_folders_by_size_and_all_of_it(site: Site) -> None:
    site.put(letter(text="x" * 3000), "Archive")
    for _ in range(2):
        site.put(letter())
    page = site.text("/settings/storage/")
    (first, second, *rest) = folders(page)
    assert (first[:2], second[:2]) == (("Archive", "1"), ("Inbox", "2"))
    assert first[2].endswith(" kB") and all(size == "0 B" for *_, size in rest)
    assert "used, without a limit" in page
    assert "/settings/storage/" in site.text("/settings/")


def test_what_is_allowed(site: Site) -> None:
    site.server.call("set_account", site.email, {"quota": 2_048_000, "message_quota": 10})
    site.put(letter())
    page = site.text("/settings/storage/")
    assert re.search(r"<meter[^>]* max=\"?2048000\b", page)
    assert "1 kB of 2 MB used" in page.replace("\u00a0", " ")
    assert "1 of 10 messages" in page


def test_it_is_for_those_who_are_signed_in(site: Site) -> None:
    assert Client().get("/settings/storage/").status_code == 302
    assert site.client.post("/settings/storage/").status_code == 405
