"""Receivers of notices as people write them down: whether an address or a secret can be used at all."""

from email.message import EmailMessage
from typing import Final
from urllib.parse import urlsplit

import httpx
from standardwebhooks.webhooks import Webhook

_PORTS: Final = {"http": 80, "https": 443}


def place(url: str) -> tuple[str, str, int]:
    """Host as names are looked up, host with port as it was written, and port. Raises ValueError: nobody can be asked.

    An official may write a host in Chinese; on the wire it is asked for by its ASCII name (RFC 3490).
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("no address of a webhook")
    port = parts.port
    host = parts.hostname.encode("idna").decode("ascii")
    try:
        httpx.URL(url)
    except httpx.InvalidURL as wrong:
        raise ValueError(str(wrong)) from wrong
    if port == 0:
        raise ValueError("no port")
    shown = f"[{host}]" if ":" in host else host
    return host, shown if port is None else f"{shown}:{port}", port or _PORTS[parts.scheme]


def is_webhook(url: str) -> bool:
    """Whether a message could be posted there."""
    try:
        place(url)
    except ValueError:
        return False
    return True


def is_secret(text: str) -> bool:
    """Whether messages can be signed with it (Standard Webhooks)."""
    try:
        Webhook(text)
    except Exception:  # the library raises what Base64 raises, and its own kinds
        return False
    return True


def is_email(address: str) -> bool:
    """Whether a letter can bear it as its one receiver."""
    mail = EmailMessage()
    try:
        mail["To"] = address
        found = [one.addr_spec for one in mail["To"].addresses]
    except Exception:  # the standard library stumbles over some that it should refuse
        return False
    return found == [address]
