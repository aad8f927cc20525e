"""Channels by which notices leave the house: e-mail, webhooks, files for an office's message gateway.

Each message has one number, the same on every try: the e-mail's Message-ID, the webhook's id, the file's name. So who
was told once and is told again, because we were killed before we could write it down, can see that it is the same.
"""

import hashlib
import ipaddress
import json
import os
import smtplib
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import httpx
from standardwebhooks.webhooks import Webhook

from services.notices.receivers import place
from services.plumbing.settings import Settings

_SECONDS: Final = 15.0


class NotSent(Exception):
    """The message could not be handed over; it is tried again."""


@dataclass(frozen=True)
class Message:
    """What is handed over."""

    number: str
    person: str
    subject: str
    text: str
    at: datetime
    #: The notices in it, as facts.
    facts: tuple[Mapping[str, Any], ...]
    email: str = ""
    webhook_url: str = ""
    webhook_secret: str = ""

    @property
    def id(self) -> str:
        """The number as every receiver takes it: letters and figures alone."""
        return f"qidi-{hashlib.sha256(self.number.encode()).hexdigest()[:32]}"

    @property
    def body(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "id": self.id,
            "to": self.person,
            "subject": self.subject,
            "text": self.text,
            "at": self.at.isoformat(),
            "notices": [dict(one) for one in self.facts],
        }


Send = Callable[[Message], None]
"""Hands a message over. Raises NotSent."""


def by_email(settings: Settings) -> Send:
    """By the office's mail server."""

    def send(message: Message) -> None:
        if not settings.smtp_host or not message.email:
            raise NotSent("no mail server is set (QIDI_SMTP_HOST), or no address")
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = settings.smtp_from, message.email, message.subject
        mail["Message-ID"] = f"<{message.id}@{settings.authority}.qidi>"
        mail.set_content(message.text)
        try:
            with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=_SECONDS) as server:
                if settings.smtp_starttls:
                    server.starttls()
                if settings.smtp_user and settings.smtp_password_file is not None:
                    password = settings.smtp_password_file.read_text(encoding="utf-8").strip()
                    server.login(settings.smtp_user, password)
                server.send_message(mail)
        except (OSError, smtplib.SMTPException) as failed:
            raise NotSent(type(failed).__name__) from failed

    return send


def by_webhook(settings: Settings) -> Send:
    """To the reader's own system, signed as Standard Webhooks says; never into private networks unless that is set."""

    def send(message: Message) -> None:
        body = json.dumps(message.body, ensure_ascii=False)
        now = message.at
        headers = {"webhook-id": message.id, "webhook-timestamp": str(int(now.timestamp())),
                   "content-type": "application/json"}  # fmt: skip
        if message.webhook_secret:
            headers["webhook-signature"] = Webhook(message.webhook_secret).sign(message.id, now, body)
        url, headers["host"], host = _pinned(message.webhook_url, allow_private=settings.webhook_private)
        named = {"sni_hostname": host}
        try:
            with httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False) as client:
                answer = client.post(url, content=body.encode(), headers=headers, extensions=named)
        except httpx.HTTPError as failed:
            raise NotSent(type(failed).__name__) from failed
        if not answer.is_success:
            raise NotSent(f"HTTP {answer.status_code}")

    return send


def _pinned(url: str, *, allow_private: bool) -> tuple[str, str, str]:
    """The address with its host looked up once, so that what was checked is what is asked; place and host by name."""
    try:
        host, shown, port = place(url)
    except ValueError as wrong:
        raise NotSent("no address of a webhook") from wrong
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as failed:
        raise NotSent("the host of the webhook is not known") from failed
    addresses = [str(one[4][0]) for one in found]
    if not allow_private and not all(ipaddress.ip_address(one).is_global for one in addresses):
        raise NotSent("the webhook leads into a private network (QIDI_WEBHOOK_PRIVATE)")
    at = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, f"{at}:{port}", parts.path, parts.query, "")), shown, host


def by_file(settings: Settings) -> Send:
    """One file a message in the folder of the office's message gateway, complete from its first moment on."""

    def send(message: Message) -> None:
        if settings.notice_folder is None:
            raise NotSent("no folder is set (QIDI_NOTICE_FOLDER)")
        try:
            settings.notice_folder.mkdir(parents=True, exist_ok=True)
            path = settings.notice_folder / f"{message.id}.json"
            beside = path.with_suffix(".part")
            with beside.open("w", encoding="utf-8") as file:
                json.dump(message.body, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except OSError as failed:
            raise NotSent(type(failed).__name__) from failed

    return send


def every(settings: Settings) -> Mapping[str, Send]:
    """Channel -> how it hands over."""
    return {"email": by_email(settings), "webhook": by_webhook(settings), "file": by_file(settings)}
