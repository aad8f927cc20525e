"""Lists of matters between levels: the addresses at which they are published, compared and adopted."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from gateway.calls import NO_STORE, answer, order
from gateway.catalogue import who_adopted
from gateway.shapes import answers, takes
from services.contracts.answers.catalogue import (
    AdoptionAnswer,
    Adoptions,
    ListDifferences,
    PublicationAnswer,
    Publications,
)
from services.contracts.catalogues import AdoptCatalogue, PublishCatalogue

router = APIRouter(prefix="/v1/catalogue", tags=["matters"])
Number = Annotated[int | None, Query(ge=1, le=1_000_000, description="which publication; the last one when left out")]


@router.get(
    "/publications",
    name="catalogue.publications",
    summary="Lists published here and above",
    responses=answers(Publications),
)
async def publications(request: Request) -> Response:
    return await answer(request, "intake", "publications")


@router.post(
    "/publications",
    name="catalogue.publish",
    summary="Publish the list in force for the authorities below; a dry run shows what differs from the last version",
    responses=answers(PublicationAnswer),
    openapi_extra=takes(PublishCatalogue),
)
async def publish(request: Request) -> Response:
    return await order(request, PublishCatalogue)


@router.get(
    "/differences",
    name="catalogue.differences",
    summary="In what the list in force differs from those above, and what adopting them would do about each",
    responses=answers(ListDifferences),
)
async def differences(request: Request) -> Response:
    return await answer(request, "intake", "differences")


@router.get(
    "/adoptions",
    name="catalogue.adoptions",
    summary="Every authority below: which version it has adopted, when, and how long that took",
    responses=answers(Adoptions),
)
async def adoptions(request: Request, number: Number = None) -> Response:
    return JSONResponse(await who_adopted(request, number), headers=NO_STORE)


@router.post(
    "/adoptions",
    name="catalogue.adopt",
    summary="Adopt the lists from above that wait; refused with everything that would be longer or more than there",
    responses=answers(AdoptionAnswer),
    openapi_extra=takes(
        AdoptCatalogue,
    ),
)
async def adopt(request: Request) -> Response:
    return await order(request, AdoptCatalogue)
