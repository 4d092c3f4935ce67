"""How a mail host proves itself under TLS: by a public authority, by its DNS (DANE), or not at all.

A record of DANE mostly holds only the digest of a trust anchor; the certificate itself comes from
the host. So such a host is connected to twice: the first handshake, which proves nothing, tells
which certificate the digest means; in the second one OpenSSL judges the chain, with that
certificate as all that is trusted. No code of ours checks signatures, dates and constraints.
"""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from typing import Any, cast

from lemonade_server.wire import mta_sts, tlsa

from .hosts import Host, Proof


class NotProven(Exception):
    """The host's certificate is not the one that its records tell of."""


def tls_context(host: Host) -> ssl.SSLContext:
    """A password goes only to a host that proves its name, and mail does where a policy asks for
    it; other mail between hosts is encrypted opportunistically (RFC 7435), as the alternative is
    sending it in the clear.
    """
    if host.proof is not None:
        return _by_records(host.proof)
    context = ssl.create_default_context()
    if not host.proven and (not host.login or host.is_loopback):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _by_records(proof: Proof) -> ssl.SSLContext:
    """Trusts the anchors alone, without which nothing is judged. Names are looked at later: several
    may be right, and OpenSSL takes one.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    if not proof.anchors:
        context.verify_mode = ssl.CERT_NONE
        return context
    context.load_verify_locations(cadata=b"".join(proof.anchors))
    # An anchor need not be a root that has signed itself.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def anchors(connection: ssl.SSLSocket, host: Host) -> tuple[bytes, ...]:
    """What to trust in another handshake; nothing when this one proves the host. Raises NotProven.

    A DANE-EE record that matches is enough, whatever the certificate's names and dates (RFC 7672
    §3.1.1). Records that mail can't use ask for TLS alone (§2.2).
    """
    proof = host.proof
    if proof is None or not proof.records:
        return ()
    if proof.anchors:
        _check_names(connection, host, proof)
        return ()
    own, *others = _chain(connection) or (b"",)
    if any(each.usage == tlsa.DANE_EE and each.means(own) for each in proof.records):
        return ()
    trusted = [each for each in proof.records if each.usage == tlsa.DANE_TA]
    found = [each for each in others if any(record.means(each) for record in trusted)]
    found += [
        each.data for each in trusted
        if (each.selector, each.matching) == (tlsa.CERTIFICATE, tlsa.FULL)
    ]  # fmt: skip
    if not found:
        raise NotProven(f"DANE: certificate of {host.name} does not match its TLSA records")
    return tuple(dict.fromkeys(found))


def _check_names(connection: ssl.SSLSocket, host: Host, proof: Proof) -> None:
    """An anchor has signed many names, one of which must be the host's (RFC 7672 §3.2.2, §3.2.3).
    Raises NotProven.
    """
    found = cast("dict[str, Any]", connection.getpeercert() or {})
    names = [str(value) for kind, value in found.get("subjectAltName", ()) if kind == "DNS"]
    if not names:
        subject = [each for part in found.get("subject", ()) for each in part]
        names = [str(value) for kind, value in subject if kind == "commonName"]
    patterns = [name.lower().removesuffix(".") for name in names]
    if not any(mta_sts.allows(patterns, name) for name in proof.names):
        raise NotProven(
            f"DANE: certificate of {host.name} is for {', '.join(patterns[:3]) or 'no host'}"
        )


def _chain(connection: ssl.SSLSocket) -> Sequence[bytes]:
    """The certificates that the host showed, its own first.

    Python has a public method for that from 3.13 on. Before, the object behind the socket has it;
    what it tells is trusted for nothing but to look up which certificate a digest means.
    """
    public = getattr(connection, "get_unverified_chain", None)
    if public is not None:
        return [bytes(each) for each in public()]
    shown = connection._sslobj.get_unverified_chain() or []  # type: ignore[attr-defined]
    return [ssl.PEM_cert_to_DER_cert(each.public_bytes()) for each in shown]
