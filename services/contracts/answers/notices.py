"""Notices as they are told: one's inbox, and by which way one is told beside it."""

from pydantic import Field

from services.contracts.answers.shape import Answer, Facts, Message, Moment, Page
from services.contracts.notice_words import NoticeChannel, NoticeKind


class NoticeTold(Answer):
    """A notice in somebody's inbox."""

    number: int
    kind: NoticeKind
    about: str = Field(description="the case, complaint, letter or draft")
    about_kind: str
    template: str
    params: Facts
    message: Message = ""
    at: Moment
    is_read: bool


class NoticePage(Page[NoticeTold]):
    """An inbox, the newest first."""

    unread: int


class NoticeWishes(Answer):
    """What somebody is told of by which way."""

    kinds: tuple[NoticeKind, ...]
    channels: tuple[NoticeChannel, ...]
    email: str
    webhook_url: str
    has_secret: bool
    digest: bool
