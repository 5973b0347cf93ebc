"""The files of the live page: read once at the start, sent with what guards them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, Response

FOLDER = Path(__file__).with_name("static")
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file as it is sent."""

    body: bytes
    kind: str  # its content type
    etag: str


def load_assets() -> Mapping[str, Asset]:
    """Return the files of `web/static` by name; other kinds than KINDS are left out."""
    assets: dict[str, Asset] = {}
    for file in FOLDER.iterdir():
        if kind := KINDS.get(file.suffix):
            body = file.read_bytes()
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            assets[file.name] = Asset(body=body, kind=kind, etag=etag)
    return assets


def asset_routes(*, controls: str) -> APIRouter:
    """Return the routes of the pages and their files.

    `controls`: the origin of the demo's control server, which the page may call; "".
    """
    router, assets = APIRouter(include_in_schema=False), load_assets()
    guards = _guards(controls)

    def send(request: Request, name: str) -> Response:
        asset = assets.get(name)
        if asset is None:
            raise HTTPException(404)
        headers = {"ETag": asset.etag, "Cache-Control": "no-cache"} | guards
        if asset.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(asset.body, headers=headers, media_type=asset.kind)

    @router.get("/")
    async def show_page(request: Request) -> Response:
        return send(request, "index.html")

    @router.get("/docs")
    async def show_docs(request: Request) -> Response:
        return send(request, "docs.html")

    @router.get("/static/{name}")
    async def show_file(request: Request, name: str) -> Response:
        return send(request, name)

    return router


def _guards(controls: str) -> dict[str, str]:
    """Return the headers that keep everything foreign out of the page."""
    policy = (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        f"connect-src 'self' {controls}".rstrip(),
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
