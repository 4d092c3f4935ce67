"""CardDAV as Thunderbird, DAVx5 and Apple's Contacts speak it, by their public documentation."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from lxml import etree

from lemonade_server.models import Account
from tests.mailserver import PASSWORD
from webmail.contacts.models import Contact
from webmail.people import address_book

BOOK = "/dav/books/contacts/"
NS = {"D": "DAV:", "C": "urn:ietf:params:xml:ns:carddav", "S": "http://calendarserver.org/ns/"}
XMLNS = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NS.items())
UID = "b6d5ad3a-1d5c-4f4e-9b2a-7d2b3a4c5d6e"
NEW = f"BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:{UID}\r\nFN:Ann Lee\r\n" + (
    "EMAIL;PREF=1:ann@x.example\r\nX-ODD;A=b:kept\r\nEND:VCARD\r\n"
)
OLD = (
    f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{UID}\r\nFN:Ann Lee\r\nN:Lee;Ann;;;\r\n"
    "EMAIL;TYPE=INTERNET,pref:ann@x.example\r\nitem1.X-ABLABEL:mine\r\nEND:VCARD\r\n"
)


class Phone:
    """A program that says the password with each request and keeps no cookie."""

    def __init__(self, account: Account, password: str = PASSWORD) -> None:
        self.account = account
        login = base64.b64encode(f"{account.email}:{password}".encode()).decode()
        self.fields = {"Authorization": f"Basic {login}"}

    def ask(self, method: str, path: str, body: str = "", status: int = 0, **fields: str) -> Any:
        headers = self.fields | {name.replace("_", "-"): value for name, value in fields.items()}
        kind = headers.pop("Content-Type", "application/xml; charset=utf-8")
        answer = Client().generic(method, path, body.encode(), kind, headers=headers)
        if status:
            assert answer.status_code == status, answer.content
        return answer

    def find(self, path: str, props: str, depth: str = "0") -> etree._Element:
        body = f"<D:propfind {XMLNS}><D:prop>{props}</D:prop></D:propfind>"
        return etree.fromstring(self.ask("PROPFIND", path, body, 207, Depth=depth).content)

    def report(self, name: str, inner: str, status: int = 207) -> etree._Element:
        body = f"<{name} {XMLNS}>{inner}</{name}>"
        return etree.fromstring(self.ask("REPORT", BOOK, body, status, Depth="1").content)

    def put(self, name: str, text: str, status: int, **fields: str) -> Any:
        kind = {"Content_Type": "text/vcard; charset=utf-8"}
        return self.ask("PUT", BOOK + name, text, status, **kind, **fields)


@pytest.fixture
def phone(db: None, settings: Any) -> Iterator[Phone]:
    settings.STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise looks there
    yield Phone(Account.objects.create_user("phone@lemonade.test", PASSWORD))


def texts(root: etree._Element, path: str) -> list[str]:
    return [one.text or "" for one in root.iterfind(path, NS)]


def test_a_program_finds_the_address_book_from_the_host_alone(phone: Phone) -> None:
    for method in ("GET", "PROPFIND"):
        answer = phone.ask(method, "/.well-known/carddav", status=301)
        assert answer["Location"] == "/dav/"
    root = phone.find("/dav/", "<D:current-user-principal/><D:resourcetype/><C:nothing/>")
    (principal,) = texts(root, ".//D:current-user-principal/D:href")
    assert "404" in texts(root, ".//D:propstat[2]/D:status")[0]
    props = "<C:addressbook-home-set/><D:displayname/>"
    (home,) = texts(phone.find(principal, props), ".//C:addressbook-home-set/D:href")
    props = (
        "<D:resourcetype/><D:displayname/><D:current-user-privilege-set/><S:getctag/>"
        "<C:supported-address-data/><D:supported-report-set/><D:sync-token/>"
    )
    root = phone.find(home, props, "1")
    assert texts(root, "D:response/D:href") == [home, BOOK]
    assert root.find(".//D:resourcetype/C:addressbook", NS) is not None
    versions = [one.get("version") for one in root.iterfind(".//C:address-data-type", NS)]
    assert versions == ["3.0", "4.0"]
    assert root.find(".//D:supported-report-set//D:sync-collection", NS) is not None
    assert root.find(".//D:privilege/D:write-content", NS) is not None
    options = phone.ask("OPTIONS", BOOK, status=200)
    assert "addressbook" in options["DAV"]
    assert "REPORT" in options["Allow"]


def test_a_card_is_put_read_changed_and_deleted(phone: Phone) -> None:
    first = phone.put("ann.vcf", NEW, 201, If_None_Match="*")
    assert phone.put("ann.vcf", NEW, 412, If_None_Match="*")
    got = phone.ask("GET", BOOK + "ann.vcf", status=200, Accept="text/vcard; version=4.0")
    assert got.content.decode() == NEW
    assert got["ETag"] == first["ETag"]
    assert got["Content-Type"] == "text/vcard; charset=utf-8"
    changed = NEW.replace("Ann Lee", "Anna Lee")
    assert phone.put("ann.vcf", changed, 412, If_Match='"other"')
    second = phone.put("ann.vcf", changed, 204, If_Match=first["ETag"])
    assert second["ETag"] != first["ETag"]
    assert phone.ask("DELETE", BOOK + "ann.vcf", status=412, If_Match=first["ETag"])
    assert phone.ask("DELETE", BOOK + "ann.vcf", status=204, If_Match=second["ETag"])
    assert phone.ask("GET", BOOK + "ann.vcf", status=404)
    assert phone.ask("DELETE", BOOK + "ann.vcf", status=404)
    assert phone.put("ann.vcf", NEW, 412, If_Match='"any"')


def test_version_3_goes_in_and_out_and_says_no_etag_that_would_be_wrong(phone: Phone) -> None:
    answer = phone.put("a b.vcf".replace(" ", "%20"), OLD, 201)
    assert "ETag" not in answer  # it is kept as version 4: who sent it reads it again
    assert Contact.objects.get().name == "a b.vcf"
    data = "<D:prop><D:getetag/><C:address-data/></D:prop>"
    path = f"<D:href>{BOOK}a%20b.vcf</D:href>"
    root = phone.report("C:addressbook-multiget", f"{data}{path}<D:href>{BOOK}no.vcf</D:href>")
    (text,) = texts(root, ".//C:address-data")
    for line in ("VERSION:3.0", f"UID:{UID}", "N:Lee;Ann;;;", "item1.X-ABLABEL:mine"):
        assert line in text.splitlines()
    assert "404" in texts(root, "D:response/D:status")[0]
    new = data.replace("address-data", 'address-data content-type="text/vcard" version="4.0"')
    root = phone.report("C:addressbook-multiget", new + path)
    assert "EMAIL;PREF=1:ann@x.example" in texts(root, ".//C:address-data")[0]
    wrong = data.replace("address-data", 'address-data version="5.0"')
    phone.report("C:addressbook-multiget", wrong + path, 403)


def test_changes_are_followed_by_tokens(phone: Phone) -> None:
    def changes(token: str, status: int = 207) -> etree._Element:
        inner = f"<D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>"
        return phone.report("D:sync-collection", f"{inner}<D:prop><D:getetag/></D:prop>", status)

    phone.put("a.vcf", NEW, 201)
    root = changes("")
    assert texts(root, "D:response/D:href") == [BOOK + "a.vcf"]
    (token,) = texts(root, "D:sync-token")
    assert texts(changes(token), "D:response/D:href") == []
    phone.put("b.vcf", NEW.replace(UID, UID[:-1] + "f"), 201)
    phone.ask("DELETE", BOOK + "a.vcf", status=204)
    root = changes(token)
    assert texts(root, "D:response/D:href") == [BOOK + "b.vcf", BOOK + "a.vcf"]
    assert "404" in texts(root, "D:response/D:status")[0]
    assert texts(changes(texts(root, "D:sync-token")[0]), "D:response/D:href") == []
    for wrong in ("data:,99", "data:,-1", "nonsense", "data:,1e9", "data:,01"):
        assert changes(wrong, 403).find("D:valid-sync-token", NS) is not None
    limit = "<D:sync-token/><D:limit><D:nresults>0</D:nresults></D:limit><D:prop/>"
    phone.report("D:sync-collection", limit, 507)


def test_what_the_pages_change_a_phone_sees(phone: Phone) -> None:
    phone.put("a.vcf", NEW, 201)
    before = texts(phone.find(BOOK, "<S:getctag/>"), ".//S:getctag")
    address_book.remove(phone.account.pk, ["a.vcf"])
    assert texts(phone.find(BOOK, "<S:getctag/>"), ".//S:getctag") != before
    address_book.restore(phone.account.pk, ["a.vcf"])
    root = phone.find(BOOK, "<D:getetag/><D:getcontenttype/>", "1")
    assert texts(root, "D:response/D:href") == [BOOK, BOOK + "a.vcf"]


def test_cards_are_searched(phone: Phone) -> None:
    phone.put("a.vcf", NEW, 201)
    phone.put("b.vcf", NEW.replace(UID, "2").replace("Ann Lee", "José").replace("ann@", "j@"), 201)

    def found(inner: str, more: str = "") -> list[str]:
        data = "<D:prop><D:getetag/></D:prop>"
        root = phone.report("C:addressbook-query", f"{data}<C:filter>{inner}</C:filter>{more}")
        return [one.rpartition("/")[2] for one in texts(root, "D:response/D:href")]

    def match(text: str, kind: str = "contains", more: str = "") -> str:
        return f'<C:text-match match-type="{kind}" {more}>{text}</C:text-match>'

    def prop(name: str, inner: str) -> str:
        return f'<C:prop-filter name="{name}">{inner}</C:prop-filter>'

    assert found(prop("FN", match("JOSE"))) == ["b.vcf"]
    assert found(prop("FN", match("ann", "starts-with"))) == ["a.vcf"]
    assert found(prop("FN", match("ann", "equals"))) == []
    assert found(prop("FN", match("ann", more='negate-condition="yes"'))) == ["b.vcf"]
    assert found(prop("X-ODD", "")) == ["a.vcf", "b.vcf"]
    assert found(prop("TEL", "<C:is-not-defined/>")) == ["a.vcf", "b.vcf"]
    parameter = '<C:param-filter name="A"><C:text-match>b</C:text-match></C:param-filter>'
    assert found(prop("X-ODD", parameter)) == ["a.vcf", "b.vcf"]
    both = prop("FN", match("lee")) + prop("EMAIL", match("j@"))
    assert found(both) == ["a.vcf", "b.vcf"]
    limit = "<C:limit><C:nresults>1</C:nresults></C:limit>"
    assert found(prop("EMAIL", ""), limit) == ["a.vcf", ""]  # and that there are more


def test_what_is_wrong_is_said_and_changes_nothing(phone: Phone) -> None:
    phone.put("a.vcf", NEW, 201)
    conflict = phone.put("b.vcf", NEW, 409)
    assert BOOK.encode() + b"a.vcf" in conflict.content
    assert b"valid-address-data" in phone.put("c.vcf", "nonsense", 403).content
    phone.put("c.vcf", "BEGIN:VCARD\r\nFN:\xff\r\n", 403)
    phone.put("c.vcf", NEW + "x" * 1_000_001, 413)
    phone.ask("PUT", BOOK + "c.vcf", NEW, 415, Content_Type="text/calendar")
    phone.ask("MKCOL", "/dav/books/other/", status=403)
    phone.ask("DELETE", BOOK, status=403)
    phone.ask("PROPFIND", BOOK, status=403, Depth="Infinity")
    phone.ask("PROPFIND", BOOK, status=400, Depth="7")
    for name in (".", "..", "%00.vcf", "a%09b.vcf", "a%EF%BF%BF.vcf", "x" * 201):
        phone.put(name, NEW.replace(UID, "other"), 403)
    phone.ask("PROPFIND", "/dav/nothing/", status=404, Depth="0")
    phone.ask("GET", BOOK, status=405)
    name = f"<D:propertyupdate {XMLNS}><D:set><D:prop><D:displayname>x</D:displayname></D:prop>"
    answer = phone.ask("PROPPATCH", BOOK, name + "</D:set></D:propertyupdate>", 207)
    assert b"403 Forbidden" in answer.content
    assert Contact.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>',
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd"><x/>',
        "<x",
        "\x00",
        "<a>" * 5_000,
    ],
)
def test_hostile_bodies_are_refused(phone: Phone, body: str) -> None:
    for method in ("PROPFIND", "REPORT", "PROPPATCH"):
        answer = phone.ask(method, BOOK, body, 400, Depth="0")
        assert b"root:" not in answer.content


def test_a_card_with_what_xml_can_not_have_stops_nobody(phone: Phone) -> None:
    odd = NEW.replace("Ann Lee", "Ann\ufffe \uffff\U0010ffffLee")
    phone.put("odd.vcf", odd, 201)
    assert texts(phone.find(BOOK, "<D:displayname/>", "1"), ".//D:displayname")[-1] == (
        "Ann \U0010ffffLee"
    )
    wanted = "<D:prop><D:getetag/><C:address-data/></D:prop>"
    root = phone.report("C:addressbook-query", wanted + "<C:filter/>")
    assert "Ann \U0010ffffLee" in texts(root, ".//C:address-data")[0]


def test_limits_of_reports_are_numbers_of_any_length(phone: Phone) -> None:
    phone.put("a.vcf", NEW, 201)
    many = "9" * 5_000
    limit = f"<C:limit><C:nresults>{many}</C:nresults></C:limit>"
    assert texts(phone.report("C:addressbook-query", f"<C:filter/>{limit}"), ".//D:href")
    limit = f"<D:limit><D:nresults>{many}</D:nresults></D:limit>"
    root = phone.report("D:sync-collection", f"<D:sync-token/>{limit}<D:prop><D:getetag/></D:prop>")
    assert texts(root, ".//D:href")
    phone.report("D:sync-collection", f"<D:sync-token>data:,{many}</D:sync-token>", 403)


def test_a_filter_has_an_end(phone: Phone) -> None:
    phone.put("a.vcf", NEW, 201)
    one = '<C:prop-filter name="FN"><C:text-match>x</C:text-match></C:prop-filter>'
    root = phone.report("C:addressbook-query", f"<C:filter>{one * 1_000}</C:filter>", 403)
    assert root.find("C:supported-filter", NS) is not None


def test_only_the_password_opens_it(phone: Phone) -> None:
    assert phone.put("a.vcf", NEW, 201)
    browser = Client()
    browser.force_login(phone.account)
    for client in (browser, Client()):  # a cookie is none
        answer = client.get(BOOK + "a.vcf")
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Basic ")
    for wrong in (
        "Basic",
        "Basic !!!",
        "Basic " + base64.b64encode(b"nobody").decode(),
        "Bearer x",
    ):
        phone.fields["Authorization"] = wrong
        phone.ask("GET", BOOK + "a.vcf", status=401)
    other = Phone(Account.objects.create_user("other@lemonade.test", PASSWORD))
    other.ask("GET", BOOK + "a.vcf", status=404)
    other.ask("DELETE", BOOK + "a.vcf", status=404)


def test_guessing_is_braked(phone: Phone) -> None:
    guesser = Phone(phone.account, "wrong")
    answers = [guesser.ask("GET", BOOK) for _ in range(30)]
    assert answers[0].status_code == 401
    assert answers[-1].status_code == 503
    assert int(answers[-1]["Retry-After"]) > 0
