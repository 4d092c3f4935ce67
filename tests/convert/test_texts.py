"""Charsets (RFC 5259 §7.1)."""

from __future__ import annotations

import pytest

from lemonade_server.convert.errors import ConversionRefused

from .workbench import Workbench

# A few letters of each; ISO-8859-1 to -8 and -15 must be there.
WORDS = {
    "iso-8859-1": "Grüße, Ærø",
    "iso-8859-2": "Zażółć gęślą jaźń",
    "iso-8859-3": "Ĉiuĵaŭde ħ",
    "iso-8859-4": "Žąsys, ģimene",
    "iso-8859-5": "Привет",
    "iso-8859-6": "مرحبا",
    "iso-8859-7": "Γειά σου",
    "iso-8859-8": "שלום",
    "iso-8859-9": "İstanbul ğ",
    "iso-8859-10": "Íslenska ŋ",
    "iso-8859-11": "สวัสดี",
    "iso-8859-13": "Ąžuolas ų",
    "iso-8859-14": "Ŵy ŷ",
    "iso-8859-15": "50 €, œuvre",
    "iso-8859-16": "Șapte",
    "windows-1250": "Příliš žluťoučký",
    "windows-1251": "Съешь ещё",
    "windows-1252": "“quoted” – 5 €",
    "windows-1253": "Ωμέγα",
    "windows-1254": "Şişli",
    "windows-1255": "שלום",
    "windows-1256": "مرحبا",
    "windows-1257": "Ķekava",
    "windows-1258": "Đông",
    "windows-874": "สวัสดี",
    "koi8-r": "Привет",
    "koi8-u": "Їжак",
    "shift_jis": "こんにちは",
    "euc-jp": "こんにちは",
    "iso-2022-jp": "こんにちは",
    "gb2312": "你好",
    "gbk": "你好",
    "gb18030": "你好 🍋",
    "big5": "你好",
    "euc-kr": "안녕하세요",
    "utf-16": "Zażółć 🍋",
    "utf-7": "Grüße",
    "macintosh": "naïve",
}
PYTHON = {"windows-874": "cp874", "macintosh": "mac_roman"}


@pytest.mark.parametrize("charset", sorted(WORDS))
def test_every_charset_becomes_utf8_and_comes_back(bench: Workbench, charset: str) -> None:
    octets = WORDS[charset].encode(PYTHON.get(charset, charset))
    made = bench.convert(octets, "text/plain", "text/plain", charset, charset="utf-8")
    assert made.decode() == WORDS[charset]
    assert bench.facts["params"] == [["charset", "utf-8"]]
    back = bench.convert(made, "text/plain", "text/plain", "utf-8", charset=charset)
    assert back.decode(PYTHON.get(charset, charset)) == WORDS[charset]


def test_what_the_target_has_not(bench: Workbench) -> None:
    data = "Łódź 🍋".encode()
    with pytest.raises(ConversionRefused) as refused:
        bench.convert(data, "text/plain", "text/plain", "utf-8", charset="us-ascii")
    assert refused.value.params == [("charset", "us-ascii")]
    made = bench.convert(
        data, "text/plain", "text/plain", "utf-8", charset="us-ascii",
        unknown_character_replacement="?",
    )  # fmt: skip
    assert made == b"??d? ?"
    made = bench.convert(
        data, "text/plain", "text/plain", "utf-8", charset="iso-8859-2",
        unknown_character_replacement="(lemon)",
    )  # fmt: skip
    assert made == "Łódź (lemon)".encode("iso-8859-2")


def test_the_target_is_no_larger_set(bench: Workbench) -> None:
    """ISO-8859-1 is read as Windows-1252, as everybody does, but never written so."""
    assert bench.convert(b"\x80", "text/plain", "text/plain", "iso-8859-1").decode() == "€"
    with pytest.raises(ConversionRefused):
        bench.convert(b"\x80", "text/plain", "text/plain", "iso-8859-1", charset="iso-8859-1")


def test_wrong_and_missing_labels_are_guessed(bench: Workbench) -> None:
    for label in ("", "us-ascii", "utf-8", "x-none"):
        for data, words in ((b"caf\xc3\xa9", "café"), (b"caf\xe9", "café"), (b"cafe", "cafe")):
            made = bench.convert(data, "text/plain", "text/plain", label)
            assert made.decode() == words, label
    assert bench.convert(b"\xef\xbb\xbfx", "text/plain", "text/plain", "utf-8") == b"x"


@pytest.mark.parametrize("charset", ["utf-8", "shift_jis", "iso-2022-jp"])
def test_a_long_text_is_cut_anywhere(bench: Workbench, charset: str) -> None:
    words = "xこん\r\n" * 300_000
    made = bench.convert(words.encode(charset), "text/plain", "text/plain", charset)
    assert made.decode() == words
    assert bench.facts == {
        "params": [["charset", "utf-8"]],
        "lines": 300_000,
        "binary": False,
    }


def test_nul_is_known(bench: Workbench) -> None:
    bench.convert(b"abc", "text/plain", "text/plain", charset="utf-16")
    assert bench.facts["binary"]
    assert bench.convert(b"a\0c", "text/plain", "text/plain", "us-ascii") == b"ac"
    assert not bench.facts["binary"]
