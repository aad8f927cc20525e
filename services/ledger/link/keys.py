"""Keys of authorities: one Ed25519 key in one file, named and shown in the C2SP form of signed notes.

A verifier key is written `qidi.local/150424+1a2b3c4d+<base64>`: the name, the first four bytes of a hash over name and
key, and the key behind the byte that says Ed25519 (c2sp.org/signed-note).
"""

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from services.ledger.link.points import is_key

_ED25519 = b"\x01"
_PREFIX = "qidi.local/"
FILE = "authority.key"


class BadKey(ValueError):
    """This text or file holds no key of ours."""


def name_of(code: str) -> str:
    """The name under which an authority signs."""
    return _PREFIX + code


def code_of(name: str) -> str:
    """The authority that signs under this name; raises BadKey where it is no authority's."""
    if not name.startswith(_PREFIX):
        raise BadKey(f"{name!r} is no authority's name")
    return name.removeprefix(_PREFIX)


@dataclass(frozen=True)
class Verifier:
    """A public key with the name it signs under."""

    name: str
    public: bytes

    @property
    def hash(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    @property
    def text(self) -> str:
        """The C2SP form `name+hash+key`."""
        return f"{self.name}+{self.hash.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    @classmethod
    def read(cls, text: str) -> "Verifier":
        """The key that `text` is; raises BadKey."""
        return _read(text)

    @classmethod
    def _read(cls, text: str) -> "Verifier":
        try:
            name, told, key = text.strip().split("+", 2)
            raw = base64.b64decode(key, validate=True)
        except (ValueError, binascii.Error) as wrong:
            raise BadKey("not of the form name+hash+key") from wrong
        found = cls(name, raw[1:])
        if raw[:1] != _ED25519 or len(found.public) != 32 or found.hash.hex() != told:
            raise BadKey("not an Ed25519 key, or its hash does not agree")
        if not is_key(found.public):
            raise BadKey("a key of low order, or not written as keys are: anybody could sign for it")
        return found

    def accepts(self, text: bytes, signature: bytes) -> bool:
        """Whether `signature` is this key's over these bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


@lru_cache(1024)
def _read(text: str) -> Verifier:
    return Verifier._read(text)  # the same class: read for every page, and costly


class SigningKey:
    """An authority's private key. The same text gives the same signature, so what is sent again is the same bytes."""

    def __init__(self, code: str, private: Ed25519PrivateKey) -> None:
        self.code, self._private = code, private
        public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.verifier = Verifier(name_of(code), public)

    @property
    def name(self) -> str:
        return self.verifier.name

    @property
    def public_text(self) -> str:
        """The C2SP form `name+hash+key` of the public half."""
        return self.verifier.text

    def sign(self, text: bytes) -> bytes:
        """64 bytes."""
        return self._private.sign(text)

    @classmethod
    def from_seed(cls, code: str, seed: bytes) -> "SigningKey":
        """The key that these 32 bytes determine."""
        return cls(code, Ed25519PrivateKey.from_private_bytes(seed))

    def pem(self) -> bytes:
        """The private key as it lies in its file."""
        return self._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def load_or_create(folder: Path, code: str) -> SigningKey:
    """The key of authority `code` in `folder` (`var/<authority>/keys`), made at the first start. Raises BadKey."""
    path = folder / FILE
    if not path.exists():
        write(folder, SigningKey(code, Ed25519PrivateKey.generate()))
    try:
        private = load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError) as wrong:
        raise BadKey(f"{path} holds no private key") from wrong
    if not isinstance(private, Ed25519PrivateKey):
        raise BadKey(f"{path} holds no Ed25519 key")
    return SigningKey(code, private)


def renew(folder: Path, code: str) -> tuple[SigningKey, SigningKey]:
    """Make another key and keep the former beside it, with its hash in its name. Returns the former and the new."""
    former = load_or_create(folder, code)
    kept = folder / f"{FILE}.{former.verifier.hash.hex()}"
    _write_private(kept, former.pem())
    new = SigningKey(code, Ed25519PrivateKey.generate())
    write(folder, new)
    return former, new


def write(folder: Path, key: SigningKey) -> None:
    """Put the key where `load_or_create` finds it, readable by nobody else."""
    _write_private(folder / FILE, key.pem())


def _write_private(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)
