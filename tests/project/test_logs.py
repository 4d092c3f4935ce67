"""A log line is one line, whatever strangers have said."""

from __future__ import annotations

import io
import logging
import logging.config
import sys

import pytest
import structlog

from lemonade_server.project import logs


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(params=["file", "terminal"])
def stream(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Where our formatter writes what comes by way of structlog and the standard library."""
    made = Terminal() if request.param == "terminal" else io.StringIO()
    monkeypatch.setattr(sys, "stderr", made)
    formatter = logs.configure()["formatters"]["line"]
    handler = logging.StreamHandler(made)
    handler.setFormatter(formatter.pop("()")(**formatter))
    logger = logging.getLogger("lemonade_server.test_logs")
    logger.handlers, logger.propagate = [handler], False
    return made


HOSTILE = "al\rice\n2026-01-01 level=info event=ok\x1b[2J\x9b31m\u202e\u2028\ud800\x7f\x00"
ESCAPED = "al\\rice\\n2026-01-01 level=info event=ok\\x1b[2J\\x9b31m\\u202e\\u2028\\ud800\\x7f\\x00"


def said(stream: io.StringIO) -> str:
    """What was written, without the colours of a terminal."""
    text = stream.getvalue()
    for colour in ("\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[22m"):
        text = text.replace(colour, "")
    return text


@pytest.mark.parametrize("value", [HOSTILE, [HOSTILE], {"k": HOSTILE}, OSError(HOSTILE)])
def test_values_of_any_kind_are_escaped(stream: io.StringIO, value: object) -> None:
    log = structlog.get_logger("lemonade_server.test_logs")
    log.warning("login failed", login=value)
    text = said(stream)
    assert text.count("\n") == 1 and text.endswith("\n")
    assert "\r" not in text and "\x1b[2J" not in text and "\x9b" not in text
    assert "al\\" in text and "\\u202e" in text
    text.encode("utf-8")


def test_an_event_of_the_standard_library_is_escaped(stream: io.StringIO) -> None:
    logging.getLogger("lemonade_server.test_logs").warning("Bad Request: %s", HOSTILE)
    assert ESCAPED in said(stream).replace("\\\\", "\\")
    assert said(stream).count("\n") == 1


def test_a_traceback_forges_no_line(stream: io.StringIO) -> None:
    log = structlog.get_logger("lemonade_server.test_logs")
    try:
        raise ValueError(HOSTILE)
    except ValueError:
        log.exception("session ended by a bug")
    text = said(stream)
    assert "ValueError" in text and "\x1b[2J" not in text and "\r" not in text
    assert not any(line.startswith("2026-01-01") for line in text.splitlines())


@pytest.mark.parametrize("stream", ["file"], indirect=True)
@pytest.mark.parametrize(
    "value",
    [
        "tea",
        "tea and milk",
        'a"b',
        "a=b",
        "a\\b",
        "a \\ b",
        "",
        "tée",
        "a\tb",
        7,
        1.5,
        True,
        None,
        [1],
    ],
)
def test_a_plain_event_looks_like_any_other(stream: io.StringIO, value: object) -> None:
    """What is written at once is what the processors would have written."""
    log = structlog.get_logger("lemonade_server.test_logs")
    log.warning("message taken", login=value, submission=7, vouched=False)
    at_once = said(stream)
    formatter = logs.configure()["formatters"]["line"]
    formatter.pop("()")
    handler = logging.getLogger("lemonade_server.test_logs").handlers[0]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(**formatter))
    log.warning("message taken", login=value, submission=7, vouched=False)
    _, _, rest = at_once.partition(" ")
    assert said(stream).removeprefix(at_once).partition(" ")[2] == rest
