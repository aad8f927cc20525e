"""Access to the board, and the choice of its language; the token itself is taken by /board/session."""

from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from gateway.board.frame import LANGUAGE_COOKIE, Page, render
from gateway.bodies import form_of
from gateway.calls import gateway_of

router = APIRouter(prefix="/board", route_class=Page)
_YEAR_SECONDS = 365 * 24 * 3600


#: Why one comes back to the sign-in page: code in its address -> what is said there.
WHY = {
    "1": "Login name or password is not right, or the account is locked.",
    "token": "This token is not valid here: wrong, expired or revoked.",
    "often": "Tried too often; wait a few minutes before you try again.",
    "closed": "You cannot come in this way at present; ask the administrator.",
    "provider": "The unified sign-in did not let you in; try again, or ask the administrator.",
}


@router.get("/login", name="board.login")
async def login(request: Request) -> Response:
    """The page that asks for a login name and a password; a token folded below."""
    settings, failed = gateway_of(request).settings, request.query_params.get("failed", "")
    return render(
        request,
        "login.html",
        failed=WHY.get(failed, ""),
        tokens=settings.token_sign_in,
        by_token=failed == "token",
    )


@router.get("/enter", name="board.enter")
async def enter(request: Request) -> Response:
    """Takes the token from the address's fragment, which no browser sends and no log holds."""
    return render(request, "enter.html")


@router.post("/language", name="board.language")
async def choose(request: Request) -> Response:
    """Remember the language and go back to the page that was shown."""
    fields = await form_of(request)
    language = "en" if fields.get("language") == "en" else "zh"
    response = RedirectResponse(own(fields.get("back", "")), 303)
    response.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR_SECONDS, httponly=True, samesite="lax", path="/board")
    return response


def own(back: str) -> str:
    """The address if it is a page of the board, else the front page: nobody is led away to another site."""
    parts = urlsplit(back)
    is_ours = not parts.scheme and not parts.netloc and (back + "/").startswith(("/board/", "/board?"))
    return back if is_ours and "\\" not in back and back.isprintable() else "/board"
