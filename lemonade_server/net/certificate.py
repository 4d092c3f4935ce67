"""The server's certificate: loaded at the start, and again when its files have changed."""

from __future__ import annotations

import queue
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from lemonade_server.files.durable import write_file

from .tls import ServerContext, end_point, new_context, self_signed

log = structlog.get_logger()

LOOK = 5.0  # seconds between two looks at the files


class CertificateError(ValueError):
    """The files can't be used. The text names the file and says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class _LoadedCertificate:
    context: ServerContext
    content: tuple[bytes, bytes]
    own: x509.Certificate


class Certificate:
    """A certificate with its key, in PEM files; ``key`` may be the same file.

    ``context`` is for all faces and stays the same: it hands each new handshake to the context of
    the certificate that was loaded last. Connections that are open keep theirs. Raises
    CertificateError when the files can't be used.
    """

    def __init__(self, cert: Path, key: Path) -> None:
        self._cert, self._key = cert, key
        self._loaded = self._load()
        self._refused: object = None  # what was tried last and could not be used
        self._unpublished = ""  # why it could not be published
        self.context = self._loaded.context
        self.context.sni_callback = self._choose

    def _choose(self, connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        """OpenSSL asks at each handshake, whether the client names a host or not."""
        if self._loaded.context is not self.context:
            connection.context = self._loaded.context

    def _load(self) -> _LoadedCertificate:
        content = self._read()
        context = new_context()
        try:
            context.load_cert_chain(self._cert, self._key, password=self._refuse_passphrase)
            own = x509.load_pem_x509_certificate(content[0])
        except (ssl.SSLError, OSError, ValueError) as error:
            raise CertificateError(self._reason(error, content)) from None
        if self._read() != content:
            raise CertificateError(f"The files {self._cert} and {self._key} are being written")
        context.end_point = end_point(own)
        return _LoadedCertificate(context, content, own)

    def _read(self) -> tuple[bytes, bytes]:
        """Both files. Raises CertificateError."""
        read = []
        for what, path in (("certificate", self._cert), ("key", self._key)):
            try:
                read.append(path.read_bytes())
            except OSError as error:
                raise CertificateError(
                    f"The {what} file {path} can't be read: {error.strerror}"
                ) from None
        return read[0], read[1]

    def _refuse_passphrase(self) -> str:
        """Else OpenSSL would ask for it at the terminal."""
        raise CertificateError(
            f"The key in {self._key} is protected by a passphrase: store it without one"
        )

    def _reason(self, error: Exception, content: tuple[bytes, bytes]) -> str:
        if isinstance(error, CertificateError):
            return str(error)
        if b"-----BEGIN CERTIFICATE" not in content[0]:
            return f"The file {self._cert} holds no certificate in PEM form"
        if b"PRIVATE KEY-----" not in content[1]:
            return f"The file {self._key} holds no private key in PEM form"
        if getattr(error, "reason", "") == "KEY_VALUES_MISMATCH":
            return f"The key in {self._key} does not belong to the certificate in {self._cert}"
        said = getattr(error, "reason", None) or str(error)
        return f"The certificate {self._cert} with the key {self._key} can't be used: {said}"

    def reload(self, insist: bool = False) -> bool:
        """Load the files if they have changed; whether another certificate is in use now.

        What can't be used leaves the old one in use, and is said once, or each time with
        ``insist``.
        """
        state = self._state()
        if state == self._loaded.content:
            self._refused = None
            if insist:
                log.info("certificate unchanged", file=str(self._cert), until=self.until)
            return False
        if state == self._refused and not insist:
            return False
        try:
            self._loaded = self._load()
        except CertificateError as error:
            self._refused = state
            log.error("certificate not loaded, the old one stays in use", problem=str(error))
            return False
        self._refused = None
        log.info("certificate loaded", file=str(self._cert), until=self.until)
        return True

    def _state(self) -> object:
        """Something that changes with the files, also while they can't be read."""
        try:
            return self._read()
        except CertificateError as error:
            return str(error)

    @property
    def until(self) -> str:
        """The day on which the certificate in use ends."""
        return self._loaded.own.not_valid_after_utc.date().isoformat()

    def publish(self, path: Path) -> None:
        """Have the certificate in use, without its key, there for clients that trust it alone.

        Not those that have signed it: they sign others too. A full disk keeps nobody from serving
        mail: what can't be written is logged, and may be tried again.
        """
        wanted = self._loaded.own.public_bytes(Encoding.PEM)
        try:
            if path.is_file() and path.read_bytes() == wanted:
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file(path, wanted)
        except OSError as error:
            if self._unpublished != str(error):
                log.error("certificate not published", file=str(path), problem=str(error))
            self._unpublished = str(error)
        else:
            self._unpublished = ""


class Watch:
    """A thread that looks at a certificate's files every few seconds, and when it is told to."""

    def __init__(self, certificate: Certificate, looked: Callable[[], None] = lambda: None) -> None:
        """``looked`` is called in the thread, after each look."""
        self._certificate = certificate
        self._looked = looked
        # Its put() may be called from a signal handler, whatever that has interrupted.
        self._calls: queue.SimpleQueue[None] = queue.SimpleQueue()

    def start(self) -> None:
        """Begin. The thread ends with the process."""
        threading.Thread(target=self._run, name="certificate", daemon=True).start()

    def look(self, *_: object) -> None:
        """Look now, and say what was found. Also a signal handler."""
        self._calls.put(None)

    def _run(self) -> None:
        while True:
            try:
                self._calls.get(timeout=LOOK)
                insist = True
            except queue.Empty:
                insist = False
            self._certificate.reload(insist)
            self._looked()


def server_certificate(cert: str, key: str, data: Path, hostname: str) -> Certificate:
    """The certificate of these paths; an empty ``key`` is in ``cert``. With both empty the
    self-signed one of the data folder, which is made when missing. Raises CertificateError.
    """
    if key and not cert:
        raise CertificateError(f"There is a key ({key}), but no certificate is named for it")
    path = Path(cert) if cert else self_signed(data, hostname)
    return Certificate(path, Path(key) if key else path)
