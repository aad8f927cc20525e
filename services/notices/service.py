"""The switchboard of notices: what people ask about theirs; what they are told of comes by the follower."""

from pathlib import Path

from services.contracts.notices import ReadNotices, SetNoticeWishes
from services.notices import handlers, views
from services.notices.store import metadata
from services.plumbing.switchboard import Switchboard

BOARD = Switchboard(
    name="notices",
    metadata=metadata,
    commands={ReadNotices: handlers.read, SetNoticeWishes: handlers.set_wishes},
    questions={"inbox": views.inbox, "wishes": views.wishes},
    migrations=str(Path(__file__).parent / "migrations"),
)
