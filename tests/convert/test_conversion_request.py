"""What is possible, and parameters that are not ignored."""

from __future__ import annotations

import pytest

from lemonade_server.convert import catalogue, request
from lemonade_server.convert.decoders import DECODERS
from lemonade_server.convert.errors import ConversionRefused

JPEG = "image/jpeg"


def test_every_conversion_has_a_decoder_and_checked_parameters() -> None:
    assert {each.decoder for each in catalogue.CONVERSIONS} == set(DECODERS)
    for each in catalogue.CONVERSIONS:
        assert set(each.params) <= set(request._VALID), each
    pairs = [(each.source, each.target) for each in catalogue.CONVERSIONS]
    assert len(pairs) == len(set(pairs))


def test_the_mandatory_conversion() -> None:
    found = catalogue.find("text/plain", "text/plain")
    assert found is not None
    assert set(found.params) == {"charset", "unknown-character-replacement"}


@pytest.mark.parametrize(
    ("kind", "name", "taken_for"),
    [
        ("image/jpg", "", "image/jpeg"),
        ("application/octet-stream", "Scan.PDF", "application/pdf"),
        ("application/octet-stream", "noname", "application/octet-stream"),
        ("application/octet-stream", "x.exe", "application/octet-stream"),
        ("text/plain", "x.pdf", "text/plain"),
    ],
)
def test_what_a_part_is_taken_for(kind: str, name: str, taken_for: str) -> None:
    maintype, _, subtype = kind.partition("/")
    assert catalogue.source_type(maintype, subtype, name) == taken_for


def test_the_default_takes_parameters_into_account() -> None:
    def chosen(source: str, *params: tuple[str, str], picture: str = JPEG) -> str:
        return request.choose(source, None, params, picture).target

    assert chosen("image/gif") == JPEG
    assert chosen("image/gif", picture="image/webp") == "image/webp"
    assert chosen("application/pdf") == "text/plain"
    assert chosen("application/pdf", ("pix-x", "10")) == JPEG
    assert chosen("text/html") == "text/plain"
    assert chosen("audio/mpeg") == request.NOTHING


@pytest.mark.parametrize("value", ["0", "-1", "x", "", "1e9", "99999999999999999999", "٣", "70000"])
def test_sizes_that_make_no_sense(value: str) -> None:
    conversion = request.choose("image/png", JPEG, [], JPEG)
    with pytest.raises(ConversionRefused) as refused:
        request.check_request(conversion, [("pix-x", value), ("pix-y", "5")])
    assert refused.value.params == [("pix-x", value)]


def test_every_wrong_parameter_is_named() -> None:
    conversion = request.choose("text/plain", "text/plain", [], JPEG)
    wrong = [("charset", "x-none"), ("pix-x", "1"), ("hue", "blue")]
    with pytest.raises(ConversionRefused) as refused:
        request.check_request(conversion, [*wrong, ("unknown-character-replacement", "?")])
    assert refused.value.params == wrong


@pytest.mark.parametrize("value", ["utf-8\r\n", "utf-8 ", "", "x" * 60, '"utf-8"', "utf-8\0"])
def test_charsets_that_are_no_names(value: str) -> None:
    conversion = request.choose("text/plain", "text/plain", [], JPEG)
    with pytest.raises(ConversionRefused):
        request.check_request(conversion, [("charset", value)])
