"""Projects: the addresses of the library."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from gateway.calls import NO_STORE, answer, ask_in_words, order
from gateway.project_days import project_days
from gateway.shapes import Code, Cursor, Limit, Words, answers, takes
from services.contracts.answers.projects import ProjectAnswer, ProjectDays, ProjectMoveAnswer, ProjectPage, ProjectTold
from services.contracts.commands import MoveProject, RegisterProject
from services.contracts.vocabulary import Library

router = APIRouter(prefix="/v1/projects", tags=["projects"])


@router.get("", name="projects.list", summary="List the project library", responses=answers(ProjectPage))
async def list_projects(
    request: Request,
    q: Words = None,
    library: Annotated[Library | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = None,
) -> Response:
    shelf = None if library is None else library.value
    return await answer(request, "intake", "projects", q=q, library=shelf, cursor=cursor, limit=limit)


@router.post(
    "",
    name="projects.register",
    summary="Register a project, or change what is known of it",
    status_code=201,
    responses=answers(ProjectAnswer, status=201),
    openapi_extra=takes(
        RegisterProject,
    ),
)
async def register(request: Request) -> Response:
    return await order(request, RegisterProject, status=201)


@router.get("/{project_code}", name="projects.one", summary="One project", responses=answers(ProjectTold))
async def project(request: Request, project_code: Code) -> Response:
    return await answer(request, "intake", "project", project_code=project_code)


@router.get(
    "/{project_code}/days",
    name="projects.days",
    summary="Both official times of a project, from its initiation to the last delivery",
    responses=answers(ProjectDays),
)
async def days(request: Request, project_code: Code) -> Response:
    return JSONResponse(await project_days(partial(ask_in_words, request), project_code), headers=NO_STORE)


@router.post(
    "/{project_code}/move",
    name="projects.move",
    summary="Move a project to another library, with the reason",
    responses=answers(ProjectMoveAnswer),
    openapi_extra=takes(
        MoveProject,
        fixed=("project_code",),
    ),
)
async def move(request: Request, project_code: Code) -> Response:
    return await order(request, MoveProject, {"project_code": project_code})
