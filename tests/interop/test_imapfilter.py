"""imapfilter tidies up an account by a program in Lua: search, flag, copy, move, delete."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.mailserver import PASSWORD

from .conftest import Owner
from .maildir import run

pytestmark = [
    pytest.mark.client,
    pytest.mark.skipif(shutil.which("imapfilter") is None, reason="imapfilter is not installed"),
]

CONFIG = """
options.timeout = 60
options.create = true
options.subscribe = true
options.starttls = true
options.certificates = true

account = IMAP {{
  server = 'localhost',
  port = {port},
  username = '{email}',
  password = '{password}',
  {ssl}
}}

tea = account.INBOX:contain_subject('tea')
tea:copy_messages(account['Plans/Tea'])
tea:mark_flagged()

shopping = account.INBOX:is_unseen() * account.INBOX:contain_body('lemons')
shopping:add_flags({{ '$Label', '\\\\Seen' }})

large = account.INBOX:is_larger(50000)
large:move_messages(account.Archive)

prizes = account.INBOX:match_subject('^pri[sz]e')
prizes:delete_messages()

account.Archive:contain_from('carol'):mark_answered()
"""


@pytest.mark.parametrize("port", ["imap", "imaps"])
def test_a_program_tidies_up(owner: Owner, tmp_path: Path, port: str) -> None:
    owner.append("INBOX", "tea at five")
    owner.append("INBOX", "shopping", body="six lemons")
    owner.append("INBOX", "holiday", body="sea " * 20_000)
    owner.append("INBOX", "prize", body="lemons for free", flags="\\Seen")
    program = tmp_path / "config.lua"
    program.write_text(
        CONFIG.format(
            port=owner.server.ports[port],
            email=owner.email,
            password=PASSWORD,
            ssl="ssl = 'auto'" if port == "imaps" else "",
        ),
        "ascii",
    )
    run(
        "imapfilter", "-c", str(program), "-t", str(owner.server.data / "tls" / "localhost.pem"),
        HOME=str(tmp_path),
    )  # fmt: skip
    assert owner.mail() == {"tea at five": {"\\Flagged"}, "shopping": {"\\Seen", "$Label"}}
    assert owner.mail("Plans/Tea").keys() == {"tea at five"}
    assert owner.mail("Archive") == {"holiday": {"\\Answered"}}
