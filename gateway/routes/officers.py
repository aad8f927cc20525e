"""Officers: the addresses of the people whom departments have named, and of the hand-over of their cases."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.calls import answer, order
from gateway.shapes import Words, answers, takes
from services.contracts.answers.offices import AppointmentAnswer, DismissalAnswer, HandOverAnswer, OfficerList
from services.contracts.offices import AppointOfficer, DismissOfficer, HandOver

router = APIRouter(prefix="/v1/officers", tags=["departments"])


@router.get(
    "",
    name="officers.list",
    summary="The people of a department, or of all, with their open cases",
    responses=answers(OfficerList),
)
async def list_officers(request: Request, department: Words = None) -> Response:
    return await answer(request, "intake", "officers", department=department)


@router.post(
    "",
    name="officers.appoint",
    summary="A department names one of its people, or says his duties anew",
    responses=answers(AppointmentAnswer),
    openapi_extra=takes(AppointOfficer),
)
async def appoint(request: Request) -> Response:
    return await order(request, AppointOfficer)


@router.post(
    "/dismiss",
    name="officers.dismiss",
    summary="A person is none of the department's any more; refused while he has open cases",
    responses=answers(DismissalAnswer),
    openapi_extra=takes(DismissOfficer),
)
async def dismiss(request: Request) -> Response:
    return await order(request, DismissOfficer)


@router.post(
    "/hand-over",
    name="officers.hand-over",
    summary="All open cases of one person go to another of his department; a dry run shows them",
    responses=answers(HandOverAnswer),
    openapi_extra=takes(HandOver),
)
async def hand_over(request: Request) -> Response:
    return await order(request, HandOver)
