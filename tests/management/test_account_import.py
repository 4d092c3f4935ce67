"""Many accounts from a file, as an admin brings them from somewhere else."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from lemonade_server.models import Account, Domain, Mailbox
from tests.logins import authenticate

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "Passw0rd-6-ä"
# Made by Dovecot 2.3.19 (doveadm pw), argon2 and bcrypt with cheap parameters.
HASHED = {
    "argon2": "{ARGON2ID}$argon2id$v=19$m=65536,t=3,p=1$tQ4N4ELF+4dCg90+S0FlHQ"
    "$B5RPMcZiF2Etv7qHfi5Ass663LzSC/D3j9mdhpHov9g",
    "blf": "{BLF-CRYPT}$2y$05$RAq3wCbDxPzeSFTYvTbH9OPaBZLFD9HBIguPFkJR.POkjfbV0juJ.",
    "crypt": "{CRYPT}$2y$05$XvvsOakx6M5w5b06.xR24OCd0NKzlE9oyg.e7OfPQACiS.hWJITii",
    "sha512": "{SHA512-CRYPT}$6$uJtsheVacGQpiaex$N72ONQwBJuvqRb1gh6WnlO1VjKSLodRNymwoOEhgRtI/"
    "1zRSjLuLDFJ3ErdSz8no57kr.Zmo81xDL3GM6.Ek1/",
    "bare": "$6$uJtsheVacGQpiaex$N72ONQwBJuvqRb1gh6WnlO1VjKSLodRNymwoOEhgRtI/"
    "1zRSjLuLDFJ3ErdSz8no57kr.Zmo81xDL3GM6.Ek1/",
    "pbkdf2": "{PBKDF2}$1$HYMzD9eE0nfo.ohZ$5000$2f39d7fa96b177243192f07011f7c96196e2281a",
    "ssha512": "{SSHA512}7VflUcdXBcS8eVfHbTsEHkTSRGOHSQ9u9uZNxNlnl8TWqW9vJQYhGljfmNtIvMUbLxNz"
    "AKR9X6EpzFWmWqJ2UMNNPTs=",
    "sha256": "{SHA256}d0H9GHM4RX6JknwSsV9Y1vXNNISeet6/jgYmMlaDcTE=",
    "hex": "{ssha256.hex}630a75e621e0352be0db3da3849336f6661543629f54299b22fc69acb2cfd6fb24109f60",
    "plain": "{PLAIN}" + SECRET,
}


@pytest.fixture(autouse=True)
def domain() -> None:
    Domain.objects.create(name="lemonade.test")


def bring(tmp_path: Path, octets: bytes | str, *words: str) -> tuple[str, str, str]:
    """What was said, warned of, and refused at the end."""
    file = tmp_path / "people.csv"
    file.write_bytes(octets.encode() if isinstance(octets, str) else octets)
    out, err, refused = io.StringIO(), io.StringIO(), ""
    try:
        call_command("account", "import", str(file), *words, stdout=out, stderr=err)
    except CommandError as error:
        refused = str(error)
    return out.getvalue().strip(), err.getvalue(), refused


def emails() -> list[str]:
    return [one.email.partition("@")[0] for one in Account.objects.all()]


@pytest.mark.parametrize(
    "heading",
    [
        "E-Mail,Password", "email,password", "EMAIL ADDRESS,Pass word", "e_mail , PASSWORD ",
        "E-Mail-Adresse,Kennwort", '"Login","Passwd"', "User,Hash",
    ],
)  # fmt: skip
def test_a_heading_in_any_spelling_is_no_account(tmp_path: Path, heading: str) -> None:
    said, _, refused = bring(tmp_path, f"\n{heading}\nann@lemonade.test,Passw0rd-6-abc\n")
    assert (said, refused, emails()) == ("1 added, 0 refused", "", ["ann"])


def test_a_heading_decides_the_order_and_may_stand_again(tmp_path: Path) -> None:
    said, warned, _ = bring(
        tmp_path,
        "Last Name;First Name;Quota;Password;E-Mail;Room\n"
        "Lovelace;Ada;5 GB;Passw0rd-6-abc;ada;7\n"
        "Last Name;First Name;Quota;Password;E-Mail;Room\n"
        "Hopper;Grace;1,5 gb;Pass;grace@lemonade.test;\n",
    )
    assert said == "2 added, 0 refused" and "not used: Room" in warned
    assert list(Account.objects.values_list("email", "name", "quota")) == [
        ("ada@lemonade.test", "Ada Lovelace", 5_000_000_000),
        ("grace@lemonade.test", "Grace Hopper", 1_500_000_000),
    ]
    assert "line 4: Warning:" in warned


def test_a_heading_without_passwords_makes_nothing(tmp_path: Path) -> None:
    _, _, refused = bring(tmp_path, "E-Mail,Code\nann@lemonade.test,Passw0rd-6-abc\n")
    assert "If it is a heading, call its columns email, password" in refused and emails() == []


@pytest.mark.parametrize(
    "heading",
    [
        "Courriel;Mot de passe", "Correo electrónico;Contraseña", "User principal name;Password",
        "Email Address [Required];Password [Required]", "Utente;Password", "Логин;Пароль",
    ],
)  # fmt: skip
def test_a_heading_of_other_programs_and_languages(tmp_path: Path, heading: str) -> None:
    said, _, _ = bring(tmp_path, f"{heading}\nann@lemonade.test;Passw0rd-6-abc\n")
    assert said == "1 added, 0 refused" and emails() == ["ann"]


@pytest.mark.parametrize(
    "heading", ["Foo,Bar", "Name,Code,Quota", "E-Mail,Code", "Login,Token", "Foo,Password", "email"]
)
def test_a_heading_that_is_not_understood_is_no_account(tmp_path: Path, heading: str) -> None:
    _, _, refused = bring(tmp_path, f"{heading}\nann@lemonade.test,Passw0rd-6-abc\n")
    assert "If it is a heading, call its columns" in refused and emails() == []


def test_titles_above_a_heading_and_files_put_together(tmp_path: Path) -> None:
    said, warned, _ = bring(
        tmp_path,
        "Accounts of 2026;;\n\nName;E-Mail;Password\nAnn;ann@lemonade.test;Passw0rd-6-abc\n"
        "Password;E-Mail;Name\nPassw0rd-6-abc;ben@lemonade.test;Ben\n",
    )
    assert said == "2 added, 0 refused" and warned == ""
    assert authenticate("ben", "Passw0rd-6-abc") is not None
    _, warned, _ = bring(tmp_path, "cid,Passw0rd-6-abc\nemail,password\ndan,Passw0rd-6-abc\n")
    assert "line 1: This stands above the heading" in warned and emails() == ["ann", "ben", "dan"]


def test_the_address_counts_more_than_the_login(tmp_path: Path) -> None:
    _, warned, _ = bring(
        tmp_path,
        "Username,Address,Email,Password\nal7,1 High Street,ann@lemonade.test,Passw0rd-6-abc\n",
    )
    assert emails() == ["ann"] and "not used: Address, Username" in warned


def test_a_quota_has_the_unit_of_its_heading(tmp_path: Path) -> None:
    bring(tmp_path, "email,password,Quota (MB)\nann,Passw0rd-6-abc,500\nben,Passw0rd-6-abc,1 GB\n")
    quotas = [one.quota for one in Account.objects.order_by("email")]
    assert quotas == [500_000_000, 1_000_000_000]


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"PK\3\4\x14\0\6\0xlsx", "save it as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "save it as CSV"),
        (b"email,password\nann,a\0b\n", "no text file"),
    ],
)
def test_what_is_no_table(tmp_path: Path, octets: bytes, words: str) -> None:
    assert words in bring(tmp_path, octets)[2] and emails() == []


def test_a_quotation_mark_that_is_left_open_is_no_password(tmp_path: Path) -> None:
    text = 'email,password\nann,"Passw0rd-6-abc\nben,Passw0rd-6-abc\n'
    said, warned, _ = bring(tmp_path, text)
    assert said == "0 added, 1 refused" and "line 2: It goes over several lines" in warned


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("heading", ["", "email{0}password{0}quota{0}name\n"])
def test_delimiters(tmp_path: Path, delimiter: str, heading: str) -> None:
    rows = [
        ["ann@lemonade.test", "a,b;c|Passw0rd", "5 GB", "Ann"],
        ["ben", "Passw0rd-6-abc", "", ""],
    ]
    lines = [delimiter.join(f'"{cell}"' for cell in row) for row in rows]
    text = heading.format(delimiter) + "\r\n".join(lines)
    assert bring(tmp_path, text)[0] == "2 added, 0 refused"
    assert authenticate("ann", "a,b;c|Passw0rd") is not None
    assert Account.objects.get(email="ann@lemonade.test").name == "Ann"


def test_the_delimiter_may_be_declared(tmp_path: Path) -> None:
    _, warned, _ = bring(tmp_path, "sep=;\r\nann;a,b,c,d-Passw0rd\r\nbad\r\n")
    assert emails() == ["ann"] and "line 3: 1 column" in warned


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", ""), ("utf-8-sig", ""), ("utf-16", ", read as UTF-16"),
        ("utf-16-le", ", read as UTF-16"), ("utf-16-be", ", read as UTF-16"),
        ("cp1252", ", read as Windows-1252"),
    ],
)  # fmt: skip
def test_encodings(tmp_path: Path, encoding: str, said: str) -> None:
    text = f"email,password,quota,name\nann,{SECRET},,Ännchen\n"
    assert bring(tmp_path, text.encode(encoding))[0] == f"1 added, 0 refused{said}"
    assert authenticate("ann", SECRET) is not None
    assert Account.objects.get().name == "Ännchen"


@pytest.mark.parametrize(
    ("quota", "octets"),
    [
        ("", 0), ("0", 0), ("unlimited", 0), ("5000", 5000), ("5 GB", 5 * 10**9),
        ("5GB", 5 * 10**9), ("5 GiB", 5 * 2**30), ("1.5G", 1_500_000_000),
        ('"1,5 GB"', 1_500_000_000), ('"5,000,000"', 5_000_000), ("512 mb", 512_000_000),
        ("2tb", 2 * 10**12), ("1 024 MB", 1_024_000_000), ("1\u202f024 MB", 1_024_000_000),
        ("1'000 MB", 10**9), ("1.500.000", 1_500_000), ('"1,024 MB"', 1_024_000_000),
    ],
)  # fmt: skip
def test_quotas(tmp_path: Path, quota: str, octets: int) -> None:
    bring(tmp_path, f"ann,Passw0rd-6-abc,{quota}\n")
    assert Account.objects.get().quota == octets


@pytest.mark.parametrize("quota", ["1.000 MB", "1.500", "1.5", "5.5.5", "-1", "much", "12 34"])
def test_a_quota_that_may_mean_two_things_is_refused(tmp_path: Path, quota: str) -> None:
    _, warned, _ = bring(tmp_path, f"ann,Passw0rd-6-abc,{quota}\n")
    assert "is no number of octets" in warned and emails() == []


def test_every_refusal_names_its_line(tmp_path: Path) -> None:
    said, received, refused = bring(
        tmp_path,
        'email,password,quota,name\n\nann,Passw0rd-6-abc,,"Ann\nof two lines"\n'
        "no address,Passw0rd-6-abc\nben@elsewhere.example,x\ncid,\nANN@lemonade.test,again\n"
        "dan,Passw0rd-6-abc,much\neve\nfay,{SCRYPT}x\ngus,{SHA512-CRYPT}x,\n",
    )
    assert said == "1 added, 8 refused" and "import again" in refused
    for line in (
        "line 5: 'no address@lemonade.test' is not an e-mail address",
        "line 6: elsewhere.example is not a domain of this server",
        "line 7: The password is empty",
        "line 8: ann@lemonade.test stands in line 3 already",
        "line 9: The quota 'much' is no number of octets",
        "line 10: 1 column; email,password",
        "line 11: The password: {SCRYPT} is no scheme that is known here",
        "line 12: The password: the hash is not complete",
    ):
        assert line in received


def test_a_dry_run_judges_and_makes_nothing(tmp_path: Path) -> None:
    said, received, refused = bring(tmp_path, "ann,Passw0rd-6-abc\nbad\n", "--dry-run")
    assert said == "1 would be added, 1 refused" and "line 2" in received and "fine" in refused
    assert emails() == []


def test_a_second_run_goes_on_and_changes_nobody(tmp_path: Path) -> None:
    bring(tmp_path, "ann,Passw0rd-6-abc\n")
    said, _, refused = bring(tmp_path, "ann,another-horse\nben,Passw0rd-6-abc\n")
    assert (said, refused) == ("1 added, 1 were there already, 0 refused", "")
    assert authenticate("ann", "Passw0rd-6-abc") is not None
    assert Mailbox.objects.filter(name="INBOX").count() == 2


def test_hashes_of_other_servers_are_taken_as_they_are(tmp_path: Path) -> None:
    rows = "".join(f'{name},"{value}"\n' for name, value in HASHED.items())
    said, _, refused = bring(tmp_path, rows)
    assert (said, refused) == (f"{len(HASHED)} added, {len(HASHED) - 1} of them hashed elsewhere,"
                               " 0 refused", "")  # fmt: skip
    for name in HASHED:
        account = Account.objects.get(email=f"{name}@lemonade.test")
        assert account.check_password(SECRET), name
        assert not account.check_password(SECRET + "x"), name
        assert not account.check_password(""), name
        assert len(account.password) <= 128 and SECRET not in account.password


def test_keys_of_scram_are_taken_as_they_are(tmp_path: Path) -> None:
    # doveadm pw -s SCRAM-SHA-256
    keys = (
        "{SCRAM-SHA-256}4096,B/mHkzTJr/iXUMtmJqqmaQ==,"
        "HIpsuTcg/fe4JztA9zRrjDBK1l3hLK5LH+VANbEHG7s=,AwbljYbCoYbsMnFYKBnw1ztmGn2t2Ys/DK9e8jPQgdQ="
    )
    assert bring(tmp_path, f'ann,"{keys}"\n')[0].startswith("1 added, 1 of them hashed")
    account = Account.objects.get()
    assert account.scram_iterations == 4096 and len(bytes(account.scram_stored_key)) == 32
    assert not account.has_usable_password()
