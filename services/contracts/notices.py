"""Orders about notices: read, and by which way one wants to be told."""

from typing import Annotated, ClassVar, Final

from pydantic import Field

from services.contracts.commands import Command
from services.contracts.notice_words import NoticeChannel, NoticeKind
from services.contracts.quantities import PRIVATE, Counted

_ADDRESS: Final = r"^([^@\s,;<>]+@[^@\s,;<>]+)?$"


class ReadNotices(Command):
    """What stands in my inbox up to this one has been read."""

    service: ClassVar[str] = "notices"
    name: ClassVar[str] = "read-notices"
    #: The number of the newest one that was shown.
    up_to: Counted


class SetNoticeWishes(Command):
    """What I am told of by which way, beside my inbox."""

    service: ClassVar[str] = "notices"
    name: ClassVar[str] = "set-notice-wishes"
    kinds: tuple[NoticeKind, ...] = tuple(NoticeKind)
    channels: tuple[NoticeChannel, ...] = ()
    email: Annotated[str, Field(max_length=200, pattern=_ADDRESS, json_schema_extra=PRIVATE)] = ""
    webhook_url: Annotated[str, Field(max_length=500, pattern=r"^(https?://[^\s]+)?$")] = ""
    #: `whsec_` and Base64 (Standard Webhooks); never shown again; left out: as it is.
    webhook_secret: Annotated[str, Field(max_length=200, pattern=r"^whsec_[A-Za-z0-9+/=]{16,}$")] | None = None
    #: Once, in the morning, instead of one by one.
    digest: bool = False
