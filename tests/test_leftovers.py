"""A test that fails leaves nothing open that would fail the next one."""

from __future__ import annotations

import gc
import socket
import warnings
import weakref

from tests import leftovers


def fail(held: list[weakref.ref[socket.socket]]) -> None:
    opened = socket.socket()
    held.append(weakref.ref(opened))
    try:
        raise ValueError
    except ValueError:
        raise AssertionError from None


def test_what_the_frames_of_an_error_hold_is_closed() -> None:
    held: list[weakref.ref[socket.socket]] = []
    try:
        fail(held)
    except AssertionError as error:
        assert held[0]() is not None
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            leftovers.close(error)
    gc.collect()
    assert held[0]() is None
