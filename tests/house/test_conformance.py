"""The committed account of what the server conforms to is true."""

from __future__ import annotations

from conformance import sections
from conformance.citations import MADE, citations, wrong
from conformance.document import build_document, mistold, untold
from conformance.requirements import codes, unexplained_codes
from conformance.sections import Document


def test_every_section_that_is_cited_exists() -> None:
    index = sections.read()
    assert wrong(citations(index), index) == [], (
        "no text of docs and RFCs has this section: cite another, see make xref"
    )


def test_every_requirement_that_is_cited_is_explained_once() -> None:
    assert unexplained_codes() == [], "explain the code in docs/requirements.md"
    assert len(codes()) == len(set(codes())) > 100


def test_every_word_that_is_announced_is_shown_by_a_test() -> None:
    assert untold() == [], "add a test whose first lines say that it shows this word"


def test_what_tests_show_is_announced_and_what_is_refused_is_not() -> None:
    assert mistold() == [], (
        "a test shows a word that is not announced, or the list of the refused has one that is"
    )


def test_the_document_is_up_to_date() -> None:
    assert MADE.read_text(encoding="utf-8") == build_document(), "run: make conformance"


def test_the_index_is_made_from_the_texts() -> None:
    text = (
        "\n\nNetwork Working Group                                     A. Author\n"
        "Request for Comments: 9999                              March 2099\n\n\n"
        "                  A Protocol\n                  in Two Lines\n\n"
        "Abstract\n\n   1.  Not a heading of its own\n\n"
        "   2.1.  Only in the Contents  . . . . . . . . . . 4\n\n"
        "1.  Introduction\n\n   Text.\n\n3.1.4.  Deep\n\nAppendix A.  More\n\nB.2.  Still More\n"
    )
    document = sections.parse(text)
    assert document == Document("A Protocol in Two Lines", {"2.1", "1", "3.1.4", "A", "B.2"})
    assert document.has("3") and document.has("3.1") and not document.has("4")
