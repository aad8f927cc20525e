"""Certificates of a superior's broker: by a small certificate authority of its own, or by the office's."""

import ipaddress
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA_VALID: Final = timedelta(days=3650)
#: Below what browsers and auditors take for servers; renewed at a start when less than RENEW_BEFORE is left.
VALID: Final = timedelta(days=397)
RENEW_BEFORE: Final = timedelta(days=60)


def ensure(folder: Path, code: str, hosts: tuple[str, ...], now: datetime) -> datetime | None:
    """Certificate and key of the broker of authority `code`, for these hosts, in `folder`.

    Returns until when the certificate is valid that was made to replace another one; None: none was.

    `ca.pem` and `ca.key` are made at the first call; `server.pem` and `server.key` when missing, about to expire, or
    made for other hosts. An office with a CA of its own puts `ca.pem`, `server.pem`, `server.key` there, no `ca.key`:
    then nothing is touched.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ca_file, key_file, server_file = folder / "ca.pem", folder / "ca.key", folder / "server.pem"
    if ca_file.exists() and not key_file.exists():
        return None
    is_first = not ca_file.exists()
    if is_first:
        _new_ca(folder, code, now)
    if server_file.exists() and _serves(server_file, hosts, now):
        return None
    until = _new_server(folder, code, hosts, now)
    return None if is_first else until


def _new_ca(folder: Path, code: str, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"qidi link CA {code}")
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=2))  # the other side's clock may be behind
        .not_valid_after(now + CA_VALID)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(folder / "ca.key", _pem(key))
    _write(folder / "ca.pem", certificate.public_bytes(Encoding.PEM))


def _new_server(folder: Path, code: str, hosts: tuple[str, ...], now: datetime) -> datetime:
    ca = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    ca_key = load_pem_private_key((folder / "ca.key").read_bytes(), None)
    assert isinstance(ca_key, ec.EllipticCurvePrivateKey)  # made above
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_name(f"qidi broker {code}"))
        .issuer_name(ca.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=2))
        .not_valid_after(min(now + VALID, ca.not_valid_after_utc))
        .add_extension(x509.SubjectAlternativeName([_general(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(issuer, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    _write(folder / "server.key", _pem(key))
    _write(folder / "server.pem", certificate.public_bytes(Encoding.PEM))
    return certificate.not_valid_after_utc


def _serves(file: Path, hosts: tuple[str, ...], now: datetime) -> bool:
    certificate = x509.load_pem_x509_certificate(file.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(names) == {_general(host) for host in hosts} and certificate.not_valid_after_utc - now > RENEW_BEFORE


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(file: Path, content: bytes) -> None:
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
    fresh.replace(file)
