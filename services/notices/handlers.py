"""Orders about notices: read, and by which way somebody wants to be told."""

import json
from typing import Any

from services.contracts.notice_words import NoticeChannel
from services.contracts.notices import ReadNotices, SetNoticeWishes
from services.notices import receivers, views
from services.notices.store import Notices
from services.plumbing.errors import Refused
from services.plumbing.switchboard import Office, Outcome


def read(office: Office, order: ReadNotices) -> Outcome:
    """Nothing up to this one is new any more."""
    if office.problems:
        raise Refused(*office.problems.found)
    Notices(office.connection).read(office.caller.label, order.up_to)
    return Outcome(views.inbox(office))


def set_wishes(office: Office, order: SetNoticeWishes) -> Outcome:
    """What is told by which way from now on. Raises Refused with everything that is wrong."""
    problems, kept, person = office.problems, Notices(office.connection), office.caller.label
    if not office.caller.is_named:
        problems.add("channels", "Only a person with a name and a department is told outside the inbox.")
    before = kept.wish(person)
    secret = before["webhook_secret"] if before is not None else ""
    if not problems:
        secret = order.webhook_secret or secret
        if order.email and not receivers.is_email(order.email):
            problems.add("email", "No e-mail can be sent to this address.")
        if order.webhook_url and not receivers.is_webhook(order.webhook_url):
            problems.add("webhook_url", "No message can be sent to this address; write it as https://host/path.")
        if order.webhook_secret and not receivers.is_secret(order.webhook_secret):
            problems.add(
                "webhook_secret", "This is no secret of a webhook: whsec_ and then Base64, as the receiver shows it."
            )
        if NoticeChannel.EMAIL in order.channels and not order.email:
            problems.add("email", "Name the address that the e-mails go to.")
        if NoticeChannel.WEBHOOK in order.channels and not order.webhook_url:
            problems.add("webhook_url", "Name the address of the webhook.")
        if NoticeChannel.WEBHOOK in order.channels and not secret:
            problems.add("webhook_secret", "Name the secret by which the receiver knows that it is from here.")
    if problems:
        raise Refused(*problems.found)
    wish: dict[str, Any] = {
        "person": person,
        "addressees": json.dumps(views.addressees(office.caller), ensure_ascii=False),
        "kinds": json.dumps([one.value for one in order.kinds]),
        "channels": json.dumps([one.value for one in order.channels]),
        "email": order.email,
        "webhook_url": order.webhook_url,
        "webhook_secret": secret,
        "digest": order.digest,
    }
    kept.set_wish(wish)
    return Outcome(views.wishes(office))
