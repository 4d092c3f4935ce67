"""Which parts a person sees, in which order, and what hangs on the message."""

from __future__ import annotations

import pytest

from webmail.mail.message import layout, structure
from webmail.mail.message.content_ids import content_id, find_content_ids
from webmail.mail.message.responses import Value
from webmail.mail.message.structure import Node


def leaf(
    kind: str, name: str = "", disposition: str = "", cid: str = "", params: tuple[str, ...] = ()
) -> list[Value]:
    main, _, sub = kind.partition("/")
    given: Value = [word.encode() for word in params] or None
    body: list[Value] = [main.encode(), sub.encode(), given, cid.encode() or None, None, b"7bit", 9]
    body += [1] if main == "text" else []
    shown: Value = None
    if disposition or name:
        shown = [disposition.encode(), [b"filename", name.encode()] if name else None]
    return [*body, None, shown, None, None]


def multipart(subtype: str, *children: list[Value]) -> list[Value]:
    return [*children, subtype.encode()]


def looked(body: list[Value]) -> tuple[list[str], list[str], list[str]]:
    """Sections of the plain view, of the HTML view, and labels of what hangs on it."""
    root: Node = structure.parse(body)
    found = layout.body(root)
    listed = [part.label for part in layout.attachments(root)]
    html = [part.section for part in found.html] if found.has_html else []
    return [part.section for part in found.plain], html, listed


TEXT, HTML = leaf("text/plain"), leaf("text/html")
SHOT = leaf("image/png", "shot.png", "inline")
PDF = leaf("application/pdf", "deal.pdf", "attachment")
LOGO = leaf("image/png", "logo.png", "inline", "<logo@x>")


@pytest.mark.parametrize(
    ("body", "plain", "html", "listed"),
    [
        pytest.param(
            multipart("alternative", TEXT, multipart("mixed", HTML, SHOT, HTML, PDF, HTML)),
            ["1"],
            ["2.1", "2.2", "2.3", "2.5"],
            ["shot.png", "deal.pdf"],
            id="an Apple message",
        ),
        pytest.param(
            multipart("mixed", multipart("alternative", TEXT, HTML), PDF, TEXT),
            ["1.1", "3"],
            ["1.2", "3"],
            ["deal.pdf"],
            id="a list's footer",
        ),
        pytest.param(
            multipart(
                "alternative",
                TEXT,
                multipart("related", multipart("mixed", HTML, HTML), LOGO),
                leaf("text/calendar", params=("method", "REQUEST")),
            ),
            ["1"],
            ["2.1.1", "2.1.2"],
            ["invite.ics"],
            id="related and mixed inside, an invitation behind",
        ),
        pytest.param(
            multipart("alternative", multipart("mixed", TEXT, PDF), HTML),
            ["1.1"],
            ["2"],
            ["deal.pdf"],
            id="a file in the branch that is not shown",
        ),
        pytest.param(
            multipart("alternative", HTML, TEXT), ["2"], ["1"], [], id="the wrong way round"
        ),
        pytest.param(
            multipart(
                "alternative",
                leaf("text/plain", "body.txt", "inline"),
                leaf("text/html", "body.html", "inline"),
            ),
            ["1"],
            ["2"],
            [],
            id="forms of the text that bear names",
        ),
        pytest.param(multipart("alternative", HTML), ["1"], ["1"], [], id="no plain text"),
        pytest.param(
            multipart("mixed", TEXT, SHOT, TEXT), ["1", "3"], [], ["shot.png"], id="no HTML"
        ),
        pytest.param(
            leaf("text/plain", "notes.txt", "inline"), ["1"], [], ["notes.txt"], id="lone"
        ),
        pytest.param(leaf("text/html", "page.html"), ["1"], ["1"], ["page.html"], id="lone HTML"),
        pytest.param(
            leaf("text/x-patch", "a.patch", "inline"), ["1"], [], ["a.patch"], id="lone patch"
        ),
        pytest.param(
            multipart("mixed", PDF, leaf("text/enriched")),
            ["2"],
            [],
            ["deal.pdf", "part-2.txt"],
            id="a text of another kind",
        ),
        pytest.param(
            multipart("alternative", TEXT, leaf("text/enriched")),
            ["1"],
            [],
            ["part-2.txt"],
            id="a text of another kind as another form",
        ),
        pytest.param(leaf("text/calendar"), [], [], ["invite.ics"], id="data"),
        pytest.param(
            leaf("text/x-patch", "a.patch", "attachment"), [], [], ["a.patch"], id="patch attached"
        ),
        pytest.param(
            multipart("mixed", leaf("text/plain", "a.txt"), leaf("text/plain", "b.txt", "inline")),
            ["1"],
            [],
            ["a.txt", "b.txt"],
            id="two text files",
        ),
        pytest.param(
            multipart("alternative", leaf("text/plain", "a.txt", "attachment")),
            [],
            [],
            ["a.txt"],
            id="a file is no form",
        ),
    ],
)
def test_the_chosen_branch_is_shown_whole(
    body: list[Value], plain: list[str], html: list[str], listed: list[str]
) -> None:
    assert looked(body) == (plain, html, listed)


def test_a_message_without_words_shows_those_of_the_one_inside() -> None:
    envelope: Value = [None, b"Inner", *[None] * 8]
    inner: list[Value] = [*leaf("message/rfc822")[:7], envelope, TEXT, 3]
    assert looked(inner) == (["1.1"], [], ["Inner.eml"])
    assert looked(multipart("mixed", inner, PDF)) == (["1.1"], [], ["Inner.eml", "deal.pdf"])
    assert looked(multipart("mixed", TEXT, inner)) == (["1"], [], ["Inner.eml"])


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<img src="cid:a1@x">', {"a1@x"}),
        ("<img src='CID:B1@X' alt=x>", {"b1@x"}),
        ("<img src=cid:a%401@x width=3>", {"a@1@x"}),
        ('<img src=" cid: a 1@x ">', {"a1@x"}),
        ('<td background="cid:a&amp;b@x"><p style="background:url(cid:c@x)">', {"a&b@x", "c@x"}),
        ('<a href="cid:a1@x">cid:a2@x</a>', set()),
    ],
)
def test_the_pictures_that_html_uses(html: str, found: set[str]) -> None:
    assert find_content_ids(html) == found


@pytest.mark.parametrize(
    "header", ["<a1@x>", "< a1@x >", "a1@x", "<A1@X>", "<a1%40x>", "<a1@\t x>"]
)
def test_a_content_id_however_it_is_written(header: str) -> None:
    assert content_id(header) == content_id("a1@x") == content_id("A1%40x")


def test_a_picture_that_nothing_shows_is_listed() -> None:
    root = structure.parse(multipart("related", HTML, LOGO, leaf("image/tiff", "t.tif", "", "<t>")))
    layout.body(root)
    assert [part.label for part in layout.attachments(root)] == ["t.tif"]
    layout.list_unused_pictures(root, {"logo@x"})
    assert [part.label for part in layout.attachments(root)] == ["t.tif"]
    layout.list_unused_pictures(root, {"other@x"})
    assert [part.label for part in layout.attachments(root)] == ["logo.png", "t.tif"]
