"""Departments: the addresses of the register of the authority's own departments."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.calls import answer, order
from gateway.shapes import answers, takes
from services.contracts.answers.offices import DepartmentAnswer, DepartmentClosedAnswer, DepartmentList
from services.contracts.offices import CloseDepartment, SetDepartment

router = APIRouter(prefix="/v1/departments", tags=["departments"])


@router.get(
    "",
    name="departments.list",
    summary="The authority's departments, with successors and open cases",
    responses=answers(DepartmentList),
)
async def list_departments(request: Request) -> Response:
    return await answer(request, "intake", "departments")


@router.post(
    "",
    name="departments.set",
    summary="Enter a department, or say its short names and its counter anew",
    responses=answers(DepartmentAnswer),
    openapi_extra=takes(SetDepartment),
)
async def set_department(request: Request) -> Response:
    return await order(request, SetDepartment)


@router.post(
    "/close",
    name="departments.close",
    summary="End a department in its successor with matters, open cases and people; a dry run shows what would move",
    responses=answers(DepartmentClosedAnswer),
    openapi_extra=takes(CloseDepartment),
)
async def close(request: Request) -> Response:
    return await order(request, CloseDepartment)
