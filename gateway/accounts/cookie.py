"""Cookie of a session: a number that no script reads, no other site sends, and, with TLS, no other host sets."""

from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response

from gateway.accounts.audit import Visitor
from services.plumbing.settings import Settings


def settings_of(request: Request) -> Settings:
    """The settings of the authority that serves this request."""
    settings: Settings = request.app.state.gateway.settings
    return settings


def is_secure(request: Request) -> bool:
    """Whether the browser came by TLS: the authority's public address says so, or the connection, or a trusted proxy
    before it (uvicorn puts its X-Forwarded-Proto in the scheme)."""
    return settings_of(request).public_url.startswith("https://") or request.url.scheme == "https"


def name_of(request: Request) -> str:
    """The name of the cookie here.

    Each authority's own: browsers keep cookies by host and not by port, and a region's boards may share one host.
    `__Host-`: a browser takes it with TLS only, and from this very host.
    """
    name = f"qidi_session_{settings_of(request).authority}"
    return f"__Host-{name}" if is_secure(request) else name


def held(request: Request) -> str:
    """What the browser's cookie holds; empty where it has none."""
    return request.cookies.get(name_of(request), "")[:200]


def give(request: Request, response: Response, text: str) -> None:
    """Hand a session's number out. The browser keeps it until it is closed; how long it is good, the store says."""
    secure = is_secure(request)
    response.set_cookie(name_of(request), text, httponly=True, samesite="strict", secure=secure, path="/")


def take(request: Request, response: Response) -> None:
    """Take it away."""
    secure = is_secure(request)
    response.delete_cookie(name_of(request), httponly=True, samesite="strict", secure=secure, path="/")


def is_same_origin(request: Request) -> bool:
    """Whether the browser says that the page that sends this came from this very address."""
    origin = request.headers.get("origin", "")
    public = settings_of(request).public_url
    if public:
        found = _origin(origin)
        return found is not None and found == _origin(public)
    return bool(origin) and urlsplit(origin).netloc == request.headers.get("host", "")


def _origin(address: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port as browsers compare them: in small letters, the scheme's own port said or not; None for
    what is no origin."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname:
        return None
    return parts.scheme, parts.hostname, port or {"http": 80, "https": 443}.get(parts.scheme)


def visitor_of(request: Request, session_id: str = "") -> Visitor:
    """From where a request came: its address (behind a trusted proxy the one that it names), and the browser's name."""
    address = request.client.host if request.client is not None else ""
    agent = "".join(sign for sign in request.headers.get("user-agent", "") if sign.isprintable())
    return Visitor(address[:45], agent[:120], session_id)
