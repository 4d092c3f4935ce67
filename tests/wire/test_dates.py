from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire import dates

INSTANTS = st.integers(-2_000_000_000, 250_000_000_000)
ZONES = st.integers(-23 * 60 - 59, 23 * 60 + 59)


def test_imap_forms() -> None:
    assert dates.parse_date(b"1-Feb-1994") == date(1994, 2, 1)
    assert dates.parse_date(b"01-fEB-1994") == date(1994, 2, 1)
    assert dates.parse_date(b" 1-Feb-1994") == date(1994, 2, 1)
    assert dates.parse_date_time(b"17-Jul-1996 02:44:25 -0700") == (837_596_665, -420)
    assert dates.parse_date_time(b" 1-Jan-1970 01:00:00 +0100") == (0, 60)
    for day in (b" 3", b"3", b"03", b" 03"):  # phones leave the blank out
        wire = day + b"-Feb-2025 18:28:47 +0000"
        assert dates.parse_date_time(wire) == (1_738_607_327, 0)
    assert dates.date_time(837_596_665, -420) == b'"17-Jul-1996 02:44:25 -0700"'
    assert dates.date_time(0) == b'" 1-Jan-1970 00:00:00 +0000"'


def test_url_and_header_forms() -> None:
    assert dates.parse_rfc3339(b"2026-02-01T09:00:00Z") == 1_769_936_400
    assert dates.parse_rfc3339(b"2026-02-01t10:30:00.75+01:30") == 1_769_936_400
    assert dates.rfc3339(1_769_936_400) == b"2026-02-01T09:00:00Z"
    assert dates.rfc5322(1_769_936_400, -90) == "Sun, 1 Feb 2026 07:30:00 -0130"


@pytest.mark.parametrize(
    "wire",
    [
        b"31-Feb-2026 10:00:00 +0000",
        b"  1-Jan-2026 10:00:00 +0000",
        b"001-Jan-2026 10:00:00 +0000",
        b"1-Jan-2026 1:00:00 +0000",
        b"01-Jan-2026 10:00:00 +0000x",
        b"01-Foo-2026 10:00:00 +0000",
        b"01-Jan-2026 24:00:00 +0000",
        b"01-Jan-2026 10:00:61 +0000",
        b"01-Jan-2026 10:00:00 +2400",
        b"01-Jan-0000 10:00:00 +0000",
        b"01-Jan-2026 10:00:00 UTC",
    ],
)
def test_broken_date_times(wire: bytes) -> None:
    with pytest.raises(ValueError):
        dates.parse_date_time(wire)


@pytest.mark.parametrize("wire", [b"1-Foo-2026", b"32-Jan-2026", b"1-Jan-26", b"", b"2026-01-01"])
def test_broken_dates(wire: bytes) -> None:
    with pytest.raises(ValueError):
        dates.parse_date(wire)


@pytest.mark.parametrize(
    "wire", [b"2026-02-30T00:00:00Z", b"2026-02-01T09:00:00", b"2026-02-01 09:00:00Z", b"soon"]
)
def test_broken_rfc3339(wire: bytes) -> None:
    with pytest.raises(ValueError):
        dates.parse_rfc3339(wire)


@given(INSTANTS, ZONES)
def test_internal_date_round_trip(instant: int, zone: int) -> None:
    assert dates.parse_date_time(dates.date_time(instant, zone)[1:-1]) == (instant, zone)


@given(INSTANTS)
def test_rfc3339_round_trip(instant: int) -> None:
    assert dates.parse_rfc3339(dates.rfc3339(instant)) == instant


def test_a_zone_can_lead_out_of_the_calendar() -> None:
    late, zone = dates.parse_date_time(b"31-Dec-9999 23:59:59 -2359")
    assert dates.date_time(late, zone) == b'"31-Dec-9999 23:59:59 -2359"'
    assert dates.date_time(late, 0) == b'"31-Dec-9999 23:58:59 +0000"'  # the last day there is
