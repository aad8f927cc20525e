"""Notices: the addresses of one's own inbox, and of the ways by which one is told beside it."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.calls import answer, order
from gateway.shapes import Cursor, Limit, answers, takes
from services.contracts.answers.notices import NoticePage, NoticeWishes
from services.contracts.notices import ReadNotices, SetNoticeWishes

router = APIRouter(prefix="/v1/notices", tags=["notices"])


@router.get("", name="notices.list", summary="My notices, the newest first", responses=answers(NoticePage))
async def inbox(request: Request, cursor: Cursor = None, limit: Limit = None) -> Response:
    return await answer(request, "notices", "inbox", cursor=cursor, limit=limit)


@router.post(
    "/read",
    name="notices.read",
    summary="I have read them up to this one",
    responses=answers(NoticePage),
    openapi_extra=takes(ReadNotices),
)
async def read(request: Request) -> Response:
    return await order(request, ReadNotices)


@router.get("/wishes", name="notices.wishes", summary="How I am told", responses=answers(NoticeWishes))
async def wishes(request: Request) -> Response:
    return await answer(request, "notices", "wishes")


@router.post(
    "/wishes",
    name="notices.set-wishes",
    summary="Be told by e-mail, webhook or file, or in a digest",
    responses=answers(NoticeWishes),
    openapi_extra=takes(SetNoticeWishes),
)
async def set_wishes(request: Request) -> Response:
    return await order(request, SetNoticeWishes)
