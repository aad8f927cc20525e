"""The bare FastAPI route that the gateway is compared with."""

from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def root() -> dict[str, str]:
    """The least that a route can do."""
    return {"status": "ok"}
