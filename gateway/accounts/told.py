"""Accounts, posts, sessions, tokens and the record as the API tells them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from gateway.accounts.audit import Entry
from gateway.accounts.register import Account, Post
from gateway.accounts.sessions import Listed
from gateway.tokens import Token

Told = dict[str, Any]


def account_told(one: Account) -> Told:
    """An account with its posts; of its password only whether there is one."""
    return {
        "id": one.id, "login": one.login, "name": one.name, "state": one.state, "has_password": one.has_password,
        "must_change": one.must_change, "created_at": _at(one.created_at), "posts": [post_told(p) for p in one.posts],
    }  # fmt: skip


def post_told(one: Post) -> Told:
    """A post with its days."""
    return {
        "id": one.id, "role": one.role, "department": one.department, "from_day": one.from_day,
        "until_day": one.until_day, "is_held": one.is_held, "is_over": one.is_over,
    }  # fmt: skip


def sessions_told(listed: Iterable[Listed], own: str) -> Told:
    """Sessions; `own` is the one that asks."""
    return {
        "items": [
            {
                "id": one.id, "who": one.who, "role": one.role, "entrance": one.entrance, "address": one.address,
                "agent": one.agent, "created_at": _at(one.created_at), "seen_at": _at(one.seen_at),
                "expires_at": _at(one.expires_at), "is_this": one.id == own,
            }
            for one in listed
        ]
    }  # fmt: skip


def token_told(one: Token, now: datetime) -> Told:
    """A token without its secret."""
    return {
        "id": one.id, "role": one.role, "name": one.name, "department": one.department, "owner": one.owner,
        "note": one.note, "read_only": one.read_only, "created_at": _at(one.created_at),
        "expires_at": _at(one.expires_at), "revoked_at": _at(one.revoked_at), "is_good": one.is_good(now),
    }  # fmt: skip


def entry_told(one: Entry) -> Told:
    """One entry of the record."""
    return {
        "id": one.id, "at": _at(one.at), "occasion": one.occasion, "who": one.who, "account": one.account_id,
        "token": one.token_id, "session": one.session_id, "address": one.address, "agent": one.agent,
        "cause": one.why, "about": one.about, "purpose": one.purpose,
    }  # fmt: skip


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment is not None else None
