"""Settings from outside: environment variables that begin with QIDI_."""

import getpass
import os
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.contracts.beginning import Beginning
from services.contracts.issuer import Issuer
from services.contracts.vocabulary import Level
from services.plumbing.clock import SystemClock


class Settings(BaseSettings):
    """One authority's settings. Every field is an environment variable: QIDI_AUTHORITY, QIDI_AMQP_URL ..."""

    model_config = SettingsConfigDict(env_prefix="QIDI_", extra="ignore")

    authority: str = Field(default="150424", pattern=r"^[0-9]{6}$")
    authority_name: str = "林西县"
    level: Level = Level.BANNER
    #: The character (机关代字) in the numbers of its letters, as 林工改办; empty: the authority's name.
    issuer_character: str = Field(default="", max_length=16)
    #: The name over and under its letters, as 林西县工程建设项目审批改革办公室; empty: the authority's.
    issuer_name: str = Field(default="", max_length=60)
    #: A second supervision letter for one case within so many days is listed supervision.
    repeat_days: int = Field(default=365, ge=1, le=3650)
    #: The mail server by which notices leave, and whom they come from; a file that holds the password.
    smtp_host: str = ""
    smtp_port: int = Field(default=25, ge=1, le=65535)
    smtp_starttls: bool = False
    smtp_user: str = ""
    smtp_password_file: Path | None = None
    smtp_from: str = "qidi@localhost"
    #: Whether webhooks may lead into private networks.
    webhook_private: bool = False
    #: Where an office's own message gateway takes notices from: one file a message.
    notice_folder: Path | None = None
    amqp_url: str = "amqp://guest:guest@127.0.0.1:5672/"
    #: The authority's first day here: what happened before is history, imported lines wait for a signature.
    first_day: date | None = None
    #: Until this day it is a trial run: lights are shown, nothing is sent, nothing counts.
    counts_from: date | None = None
    #: Empty: one SQLite file per service under `var`. Otherwise one PostgreSQL schema per service in this database.
    database_url: str = ""
    var: Path = Path("var")
    #: Where the private broker of `qidi up` listens when it is free; 0: anywhere.
    broker_port: int = 25672
    #: Where lower authorities reach the private broker, with TLS; a superior sets an address of its network.
    link_host: str = "127.0.0.1"
    link_port: int = 25671
    #: The person at this machine, in whose name the token of `qidi up` acts; empty: the machine's user, of the
    #: authority itself.
    person_name: str = Field(default="", max_length=60)
    person_department: str = Field(default="", max_length=80)
    gateway_host: str = "127.0.0.1"
    gateway_port: int = 8150
    #: How browsers reach it where a proxy stands before it, as https://board.linxi.gov.cn; empty: as they ask.
    public_url: str = Field(default="", pattern=r"^(https?://[^/?#\s]+)?$")
    #: Proxies whose word is taken for who asks and whether by TLS: addresses with commas.
    trusted_proxies: str = "127.0.0.1,::1"
    #: Whether a browser may come in with a token; switch it off where everybody has an account.
    token_sign_in: bool = True
    #: How long a session lasts: at all, and while nothing is done in it.
    session_hours: float = Field(default=12, gt=0, le=24)
    session_idle_minutes: float = Field(default=120, gt=0, le=1440)
    #: Unified sign-in by OpenID Connect: the provider's address; empty: people have passwords here.
    oidc_issuer: str = Field(default="", pattern=r"^(https?://[^?#\s]+)?$")
    oidc_client_id: str = ""
    #: A file that holds the client's secret and that this user alone can read.
    oidc_secret_file: Path | None = None
    #: The claim of the identity token that is the login name here.
    oidc_login_claim: str = "preferred_username"
    #: What the button calls it.
    oidc_name: str = "统一身份认证"
    #: What hashing a password costs (Argon2id); not less than OWASP's least: 19 MiB and two rounds.
    password_memory_kib: int = Field(default=65536, ge=19456, le=1048576)
    password_rounds: int = Field(default=3, ge=2, le=20)
    #: How long it is kept who came in and which private persons were shown to whom: half a year at least.
    audit_days: int = Field(default=366, ge=183)
    #: How long the file of a ledger that was brought in is kept where it is not entered; its report stays.
    import_days: int = Field(default=30, ge=1, le=366)
    lang: Literal["zh", "en"] = "zh"
    #: Whether `qidi up` prints tokens. What is printed anywhere but at a terminal stays there, as in a unit's journal.
    show_tokens: Literal["terminal", "always", "never"] = "terminal"
    clock_offset_seconds: float = 0.0
    #: Distinguishes replicas in the metrics.
    instance: str = "1"

    def store_url(self, service: str) -> str:
        """Where a service's own store is, as an SQLAlchemy URL."""
        if self.database_url:
            return self.database_url.replace("postgres://", "postgresql://", 1).replace(
                "postgresql://", "postgresql+psycopg2://", 1
            )
        return f"sqlite:///{self.var.absolute() / self.authority / f'{service}.sqlite'}"

    @property
    def beginning(self) -> Beginning:
        """From when on the authority counts."""
        return Beginning(self.first_day, self.counts_from)

    @property
    def issuer(self) -> Issuer:
        """What the authority has set for its letters."""
        name = self.issuer_name or self.authority_name
        return Issuer(self.issuer_character or self.authority_name, name, self.repeat_days)

    @property
    def person(self) -> tuple[str, str]:
        """Name and department of the person at this machine."""
        return self.person_name or _user(), self.person_department or self.authority_name

    @property
    def keys(self) -> Path:
        """Where this authority's secret keys lie."""
        return self.var.absolute() / self.authority / "keys"

    def clock(self) -> SystemClock:
        return SystemClock(self.clock_offset_seconds)


def _user() -> str:
    """The machine's user by name, or by number where it has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
