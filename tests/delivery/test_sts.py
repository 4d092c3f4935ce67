"""MTA-STS: a domain's policy is fetched, kept, and obeyed (RFC 8461)."""

from __future__ import annotations

import http.server
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lemonade_server.delivery.relay import hosts, sts
from lemonade_server.models import Account, Destination, StsPolicy
from tests.certificates import Authority
from tests.nameserver import NameServer

from .conftest import change_settings
from .post import pass_on, rows, send
from .sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

CAROL = "carol@example.org"


class Website:
    """The policy's web server. ``asked`` counts the requests."""

    def __init__(self, certificate: Path) -> None:
        self.policy = policy("enforce")
        self.status, self.content_type, self.asked = 200, "text/plain", 0
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked += 1
                known = self.path == sts.PATH and self.headers["Host"].startswith("mta-sts.")
                self.send_response(site.status if known else 404)
                self.send_header("Content-Type", site.content_type)
                self.send_header("Location", "https://mta-sts.example.org/elsewhere")
                self.end_headers()
                self.wfile.write(site.policy.encode())

            def log_message(self, *args: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)


def policy(mode: str, mx: str = "*.example.org", age: int = 86_400) -> str:
    return f"version: STSv1\r\nmode: {mode}\r\nmx: {mx}\r\nmax_age: {age}\r\n"


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    found = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(found.path))
    return found


@pytest.fixture
def site(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[Website]:
    found = Website(authority.issue("mta-sts.example.org"))
    monkeypatch.setattr(sts, "HTTPS_PORT", found.server.server_address[1])
    thread = threading.Thread(target=found.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


@pytest.fixture
def dns(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    with NameServer() as server:
        change_settings(monkeypatch, relay_url="", dns=server.address)
        monkeypatch.setattr(hosts, "SMTP_PORT", sink.port)
        server.add("example.org", "MX", "10 mx.example.org.")
        server.add("mx.example.org", "A", "127.0.0.1")
        server.add("mta-sts.example.org", "A", "127.0.0.1")
        server.add("_mta-sts.example.org", "TXT", "v=STSv1; id=20261124;")
        yield server


@pytest.fixture
def secure(sink: Sink, authority: Authority) -> Sink:
    sink.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    sink.tls.load_cert_chain(authority.issue("mx.example.org"))
    sink.features.append("STARTTLS")
    return sink


def attempt(alice: Account) -> tuple[str, str]:
    sent = send(alice, CAROL).submission
    pass_on(sent)
    (row,) = rows(sent)
    return row.state, row.status


def test_mail_goes_to_a_host_that_proves_its_name(
    alice: Account, dns: NameServer, site: Website, secure: Sink
) -> None:
    assert attempt(alice) == ("relayed", "2.0.0")
    assert secure.taken[0].tls
    assert attempt(alice)[0] == "relayed"
    assert site.asked == 1
    kept = StsPolicy.objects.get()
    assert (kept.mode, kept.hosts, kept.policy_id) == ("enforce", "*.example.org", "20261124")
    assert kept.expires_at - kept.fetched_at == 86_400


def test_a_host_that_can_not_prove_itself_gets_nothing(
    alice: Account, dns: NameServer, site: Website, secure: Sink, authority: Authority
) -> None:
    assert secure.tls is not None
    secure.tls.load_cert_chain(authority.issue("other.example.org"))
    assert attempt(alice) == ("queued", "4.7.5")
    secure.features.remove("STARTTLS")
    Destination.objects.update(retry_at=0)
    assert attempt(alice) == ("queued", "4.7.5")
    assert secure.taken == []


def test_a_host_that_is_not_in_the_policy_gets_nothing(
    alice: Account, dns: NameServer, site: Website, secure: Sink
) -> None:
    site.policy = policy("enforce", "mail.example.org")
    assert attempt(alice) == ("queued", "4.7.5")
    assert secure.lines == []


@pytest.mark.parametrize("mode", ["testing", "none"])
def test_other_modes_stop_nothing(
    alice: Account, dns: NameServer, site: Website, sink: Sink, mode: str
) -> None:
    site.policy = policy(mode, "mail.example.org")
    assert attempt(alice)[0] == "relayed"


def test_a_kept_policy_holds_when_it_can_not_be_asked_for(
    alice: Account, dns: NameServer, site: Website, secure: Sink
) -> None:
    """Neither a lost record nor a web server that fails takes it away (§5.1)."""
    assert attempt(alice)[0] == "relayed"
    secure.features.remove("STARTTLS")
    dns.fail("_mta-sts.example.org")
    assert attempt(alice)[1] == "4.7.5"
    StsPolicy.objects.update(expires_at=time.time() - 1)
    Destination.objects.update(retry_at=0)
    assert attempt(alice)[0] == "relayed"


@pytest.mark.parametrize("trouble", ["redirect", "type", "nonsense", "certificate", "large"])
def test_a_policy_that_can_not_be_had_stops_nothing(
    alice: Account, dns: NameServer, site: Website, sink: Sink, trouble: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if trouble == "redirect":
        site.status = 302
    elif trouble == "type":
        site.content_type = "text/html"
    elif trouble == "nonsense":
        site.policy = "<html>"
    elif trouble == "large":
        site.policy = policy("enforce") + "x: y\r\n" * 100_000
    else:
        monkeypatch.delenv("SSL_CERT_FILE")
    assert attempt(alice)[0] == "relayed"
    assert not StsPolicy.objects.exists()


def test_a_new_record_brings_a_new_policy(
    alice: Account, dns: NameServer, site: Website, secure: Sink
) -> None:
    assert attempt(alice)[0] == "relayed"
    dns.remove("_mta-sts.example.org", "TXT")
    dns.add("_mta-sts.example.org", "TXT", "v=STSv1; id=later;")
    site.policy = policy("none")
    assert attempt(alice)[0] == "relayed"
    assert (StsPolicy.objects.get().policy_id, site.asked) == ("later", 2)
