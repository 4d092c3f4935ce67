import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lemonade_server.wire import sasl


def test_plain() -> None:
    assert sasl.plain(b"\0tim\0tanstaaftanstaaf") == sasl.Plain("", "tim", "tanstaaftanstaaf")
    assert sasl.plain("Ursel\0Kurt\0xipj3plmq€".encode()) == sasl.Plain(
        "Ursel", "Kurt", "xipj3plmq€"
    )


@pytest.mark.parametrize(
    "response",
    [
        b"",
        b"tim\0secret",
        b"\0\0secret",
        b"\0tim\0",
        b"\0a\0b\0c",
        b"\0tim\0\xff",
        b"\0t\0" + b"x" * 9999,
    ],
)
def test_broken_plain(response: bytes) -> None:
    with pytest.raises(ValueError):
        sasl.plain(response)


def test_oauthbearer() -> None:
    """The example of RFC 7628 §4.1."""
    response = (
        b"n,a=user@example.com,\x01host=server.example.com\x01port=143\x01"
        b"auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\x01\x01"
    )
    assert sasl.oauthbearer(response) == sasl.Bearer(
        "user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="
    )
    assert sasl.oauthbearer(b"n,,\x01auth=bearer x.y-z\x01\x01") == sasl.Bearer("", "x.y-z")
    assert sasl.oauthbearer(b"y,a=a=2Cb=3Dc,\x01auth=Bearer x\x01\x01").authzid == "a,b=c"


@pytest.mark.parametrize(
    "response",
    [
        b"",
        b"\x01",  # what a client says after a refusal
        b"n,,\x01\x01",
        b"n,,\x01auth=Basic abc\x01\x01",
        b"n,,\x01auth=Bearer \x01\x01",
        b"n,,\x01auth=Bearer x\x01",
        b"n,,auth=Bearer x\x01\x01",
        b"p=tls-unique,,\x01auth=Bearer x\x01\x01",
        b"n,a=a=2,\x01auth=Bearer x\x01\x01",
        b"n,a=\xff,\x01auth=Bearer x\x01\x01",
        b"n,,\x01auth\x01auth=Bearer x\x01\x01",
        b"n,,\x01auth=Bearer x\x01auth=Basic y\x01\x01",
    ],
)
def test_broken_oauthbearer(response: bytes) -> None:
    with pytest.raises(ValueError):
        sasl.oauthbearer(response)


def test_secrets_do_not_show() -> None:
    assert "secret" not in repr(sasl.plain(b"\0tim\0secret"))
    assert "secret" not in repr(sasl.oauthbearer(b"n,,\x01auth=Bearer secret\x01\x01"))


PIECES = (
    *(
        b"\0",
        b"tim",
        b"n,",
        b"y,",
        b"a=tim=2C,",
        b",",
        b"\1",
        b"auth=Bearer abc",
        b"host=x",
        b"\1\1",
    ),
    *(b"\xff", b"=", b"auth=", b"port=143"),
)


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=4), max_size=8).map(b"".join))
@example(b"tim\0tim\0\xc3\xa9")
@example(b"n,a=tim=2C,\1host=x\1auth=Bearer abc\1\1")
def test_any_octets_give_a_value_or_value_error(response: bytes) -> None:
    try:
        plain = sasl.plain(response)
    except ValueError:
        pass
    else:
        parts = (plain.authzid, plain.login, plain.password)
        assert "\0".join(parts).encode() == response
    try:
        bearer = sasl.oauthbearer(response)
    except ValueError:
        return
    assert bearer.token and bearer.token.encode() in response
    assert response.endswith(b"\1\1") and not set(bearer.token) & set("\1\0 ")


def test_a_response_is_strict_base64_of_limited_length() -> None:
    assert sasl.response(b"AHRpbQB0YW5zdGFhZnRhbnN0YWFm") == b"\0tim\0tanstaaftanstaaf"
    assert sasl.response(b"") == b""
    for wrong in (b"AHRp bQ==", b"AHRpbQ", b"*", b"\xff", b"A" * (sasl.MAX_RESPONSE + 4)):
        with pytest.raises(ValueError):
            sasl.response(wrong)
