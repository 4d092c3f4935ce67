"""The DKIM keys of a domain: made, used, replaced, retired. Secrets are kept sealed.

Two algorithms at once: RSA, which everybody checks, and Ed25519 (RFC 8463).
"""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from django.conf import settings
from django.db import transaction

from lemonade_server.models import DkimKey, Domain

RSA_BITS = 2048


def new_selector(domain: Domain) -> str:
    """A selector that the domain has not used yet, after the month."""
    stem = datetime.now(UTC).strftime("s%Y%m")
    taken = set(domain.dkim_keys.values_list("selector", flat=True))
    return next(
        name for name in (stem, *(f"{stem}-{n}" for n in range(2, 1000))) if name not in taken
    )


def make(domain: Domain, selector: str = "") -> list[DkimKey]:
    """New keys, one an algorithm, prepared: they sign after ``use``."""
    selector = selector or new_selector(domain)
    pairs: tuple[tuple[str, rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey], ...] = (
        (DkimKey.Algorithm.RSA, rsa.generate_private_key(65_537, RSA_BITS)),
        (DkimKey.Algorithm.ED25519, ed25519.Ed25519PrivateKey.generate()),
    )
    with transaction.atomic():
        return [
            DkimKey.objects.create(
                domain=domain,
                selector=selector,
                algorithm=algorithm,
                public=_public(secret),
                secret=_sealed_secret(secret),
            )
            for algorithm, secret in pairs
        ]


def _stem(domain: Domain, name: str) -> str:
    """The selector that both keys have in common, given that or the one that a record bears."""
    both = [(key.selector, key.full_selector) for key in domain.dkim_keys.all()]
    return next((stem for stem, full in both if name in (stem, full)), name)


def use(domain: Domain, selector: str) -> bool:
    """Sign with the keys of a selector from now on; False when there are none.

    Those that signed so far stay published until they are retired.
    """
    with transaction.atomic():
        selector = _stem(domain, selector)
        chosen = domain.dkim_keys.filter(selector=selector)
        if not chosen.exists():
            return False
        domain.dkim_keys.filter(state=DkimKey.State.SIGNING).exclude(selector=selector).update(
            state=DkimKey.State.REPLACED
        )
        chosen.update(state=DkimKey.State.SIGNING)
    return True


def retire(domain: Domain, selector: str) -> bool:
    """Forget the keys of a selector; False when there are none, or when they sign."""
    with transaction.atomic():
        chosen = domain.dkim_keys.filter(selector=_stem(domain, selector))
        if not chosen.exists() or chosen.filter(state=DkimKey.State.SIGNING).exists():
            return False
        chosen.delete()
    return True


def open_key(sealed: bytes) -> rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey:
    """The secret key of a row. Raises cryptography.fernet.InvalidToken when the seal is broken."""
    secret = serialization.load_der_private_key(_seal().decrypt(sealed), password=None)
    assert isinstance(secret, rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey)
    return secret


def _public(secret: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> str:
    if isinstance(secret, ed25519.Ed25519PrivateKey):
        octets = secret.public_key().public_bytes_raw()
    else:
        octets = secret.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    return base64.b64encode(octets).decode("ascii")


def _sealed_secret(secret: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    octets = secret.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return _seal().encrypt(octets)


def _seal() -> Fernet:
    """A backup of the database alone gives no key away."""
    digest = hashlib.sha256(f"dkim\0{settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
