"""Over TLS: the machine's own trust store decides, and the name in the certificate must fit."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.conformance import a_case
from adapters.contract import Misconfigured, Target, Unavailable, Unknown
from adapters.soap.neutral import open_diarium
from tests.adapters.misbehaving import Request, Script, http, misbehaving, right_answer

NOW = datetime.now(UTC)


def certificate(folder: Path, name: str, *, ends: datetime = NOW + timedelta(days=1)) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=2))
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return path


def server_side(path: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def answering() -> Script:
    return lambda request, over: [http(right_answer(request))]


def test_an_issuer_that_the_machine_trusts_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with misbehaving(answering(), server_side(path)) as server:
        assert open_diarium(Target(url=server.url, timeout=5)).register(a_case()).number


@pytest.mark.parametrize(
    ("name", "days", "trusted"),
    [
        ("localhost", 1, False),
        ("annan.example", 1, True),
        ("localhost", -1, True),
    ],
)
def test_a_wrong_certificate_is_unavailable_and_nothing_is_sent(
    name: str, days: int, trusted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = certificate(tmp_path, name, ends=NOW + timedelta(days=days))
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with misbehaving(answering(), server_side(path)) as server:
        with pytest.raises(Unavailable):
            open_diarium(Target(url=server.url, timeout=5)).register(a_case())
        assert server.requests == []


def test_silence_over_tls_is_cut_at_the_deadline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))

    def dripping(request: Request, over: threading.Event) -> Iterator[bytes]:
        for byte in http(right_answer(request)):
            yield bytes([byte])
            if over.wait(0.05):
                return

    with misbehaving(dripping, server_side(path)) as server, pytest.raises(Unknown):
        open_diarium(Target(url=server.url, timeout=0.5)).register(a_case())


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http://",
        "http://user:word@127.0.0.1/",
        "http://127.0.0.1:99999/",
        "diarium.example.se/soap",
        "http://[::1/",
    ],
)
def test_an_address_that_cannot_be_right_is_misconfigured_at_once(url: str) -> None:
    with pytest.raises(Misconfigured):
        open_diarium(Target(url=url))
