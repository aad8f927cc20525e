"""Seals around who complained: only the authority that it is addressed to has the key.

X25519 with a fresh key for every message, HKDF-SHA-256, ChaCha20-Poly1305; the complaint's number and the addressee are
part of the seal, so that it opens for nothing else. Neither the ledgers nor an authority in between can read it.
"""

import json
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.plumbing.errors import Unreadable

_PURPOSE = b"qidi complainant v1"
_KEY_BYTES = 32
#: The key is used once, so the number that must not repeat never does.
_ONCE = bytes(12)


def new_key() -> bytes:
    """A private key."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_text(private: bytes) -> str:
    """What others seal with."""
    return b64encode(X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()).decode()


def seal(public: str, name: str | None, phone: str | None, *bound_to: str) -> str:
    """Name and telephone, for the holder of the key alone. Raises ValueError for what is no key."""
    once = X25519PrivateKey.generate()
    theirs = X25519PublicKey.from_public_bytes(b64decode(public, validate=True))
    shown = once.public_key().public_bytes_raw()
    plain = json.dumps([name, phone], ensure_ascii=False).encode()
    closed = ChaCha20Poly1305(_key(once.exchange(theirs), shown)).encrypt(_ONCE, plain, _bound(bound_to))
    return b64encode(shown + closed).decode()


def unseal(private: bytes, sealed: str, *bound_to: str) -> tuple[str | None, str | None]:
    """Name and telephone. Raises Unreadable for what was not sealed for us and for this."""
    try:
        raw = b64decode(sealed, validate=True)
        shown, closed = raw[:_KEY_BYTES], raw[_KEY_BYTES:]
        shared = X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(shown))
        name, phone = json.loads(ChaCha20Poly1305(_key(shared, shown)).decrypt(_ONCE, closed, _bound(bound_to)))
    except (ValueError, InvalidTag) as wrong:
        raise Unreadable(f"who complained was not sealed for us: {type(wrong).__name__}") from None
    return name, phone


def _key(shared: bytes, shown: bytes) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, shown, _PURPOSE).derive(shared)


def _bound(to: tuple[str, ...]) -> bytes:
    return "\n".join(to).encode()
