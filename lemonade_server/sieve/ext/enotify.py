"""``notify`` and its tests (RFC 5435), by mail (RFC 5436)."""

from __future__ import annotations

from ..address import is_address
from ..call import Call
from ..errors import Fault
from ..mailto import parse
from ..match_tags import MATCH
from ..outcome import Notify
from ..registry import STRING, STRINGS, Tag, command, extension, test
from ..run import Check, Run, Step
from . import fcc

ENOTIFY = extension("enotify", rfc=5435)
IMPORTANCES = ("1", "2", "3")


def trouble(uri: str) -> str:
    """Why nobody can be notified so; empty when somebody can."""
    try:
        parse(uri)
    except ValueError as error:
        return str(error)
    return ""


@command(
    "notify",
    STRING,
    needs=ENOTIFY,
    tags=(
        Tag("from", value=STRING),
        Tag("importance", value=STRING),
        Tag("options", value=STRINGS),
        Tag("message", value=STRING),
        *fcc.TAGS,
    ),
)
def notify(call: Call) -> Step:
    """Tell somebody that this message came (RFC 5435 §3)."""
    method, sender, message = call.text(0), call.tagged_text("from"), call.tagged_text("message")
    importance, copy = call.tagged_text("importance"), fcc.copy_of(call)
    if method.constant is not None and trouble(method.constant):
        raise call.wrong(f"Nobody can be notified so: {trouble(method.constant)}", 0)
    if sender is not None and sender.constant is not None and not is_address(sender.constant):
        raise call.wrong_tag(f"{sender.constant!r} is not an e-mail address", "from")
    if importance is not None and (importance.constant or "2") not in IMPORTANCES:
        raise call.wrong_tag("The importance is 1, 2 or 3", "importance")

    def step(run: Run) -> None:
        uri = method.of(run)
        if trouble(uri):
            raise Fault(f"Nobody can be notified so: {trouble(uri)}")
        level = importance.of(run) if importance is not None else "2"
        run.act(
            Notify(
                uri,
                sender.of(run) if sender is not None else "",
                message.of(run) if message is not None else "",
                level if level in IMPORTANCES else "2",
                run.changed_header,
                copy(run),
            )
        )

    return step


@test("valid_notify_method", STRINGS, needs=ENOTIFY)
def valid_notify_method(call: Call) -> Check:
    """Somebody could be notified by each of these (RFC 5435 §4)."""
    methods = call.texts(0)
    return lambda run: not any(trouble(uri) for uri in methods.of(run))


@test("notify_method_capability", STRING, STRING, STRINGS, needs=ENOTIFY, tags=MATCH)
def notify_method_capability(call: Call) -> Check:
    """What is known of a way to notify: whether somebody is there, never (RFC 5436 §2.2)."""
    method, capability, keys, match = call.text(0), call.text(1), call.texts(2), call.match()

    def check(run: Run) -> bool:
        if trouble(method.of(run)) or capability.of(run).lower() != "online":
            return False
        return match.any(run, ["maybe"], keys.of(run))

    return check
