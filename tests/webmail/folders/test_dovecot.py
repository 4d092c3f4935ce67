"""Folders on a server that is not ours: Dovecot, as it is and announcing next to nothing."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from tests.webmail.conftest import dovecot_login
from webmail.mail import Folder, MailSession


@pytest.fixture(params=["dovecot_port", "plain_port"])
def session(request: pytest.FixtureRequest) -> Iterator[MailSession]:
    name = f"folders{secrets.token_hex(4)}"
    client = dovecot_login(request.getfixturevalue(request.param), name)
    yield MailSession(name, client)
    client.logout()


def folder(session: MailSession, name: str) -> Folder:
    return next(each for each in session.folders() if each.name == name)


def names(session: MailSession) -> set[str]:
    return {each.name for each in session.folders()}


def test_folders_are_made_renamed_and_thrown_away(session: MailSession) -> None:
    assert session.create_folder(None, "Été") == "Été"
    session.create_folder(folder(session, "Été"), "Inner")
    session.select("Été/Inner")
    assert session.rename_folder(folder(session, "Été"), None, "Winter") == "Winter"
    assert {"Winter", "Winter/Inner"} <= names(session)
    assert {"Winter", "Winter/Inner"} <= session.subscriptions()
    assert not {"Été", "Été/Inner"} & session.subscriptions()
    gone = session.throw_folder_away(folder(session, "Winter"))
    assert gone == "Trash/Winter" and "Trash/Winter/Inner" in names(session)
    session.erase_folder(folder(session, gone))
    assert not {"Trash/Winter", "Trash/Winter/Inner"} & names(session)
    session.create_folder(None, "Quiet")
    session.subscribe("Quiet", on=False)
    assert "Quiet" not in session.subscriptions() and "Quiet" in names(session)
