"""Who may speak to the page's server: a browser on this machine that knows the address with its token, and no other
page in it."""

from __future__ import annotations

import hmac
from typing import Any

LOCAL = ("127.0.0.1", "localhost")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws://{host}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
App = Any  # an ASGI application


class Guard:
    """ASGI middleware. Every path begins with the token, which is taken off; what does not fit is answered by one line.

    token : compared in constant time; port : the only one that Host may name
    """

    def __init__(self, app: App, token: str, port: int) -> None:
        self.app, self.token = app, token.encode()
        self.hosts = {f"{name}:{port}" for name in LOCAL}

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        status = self.fault(scope)
        if status:
            await _refuse(scope["type"], status, send)
            return
        rest = "/" + scope["path"].lstrip("/").partition("/")[2]
        inner = {**scope, "path": rest, "raw_path": rest.encode("utf-8", "surrogateescape"), "root_path": ""}
        await self.app(inner, receive, _guarded(send, self.host(scope)))

    def host(self, scope: dict[str, Any]) -> str:
        """The one Host header; empty where there is none or several."""
        return _only(scope, b"host")

    def fault(self, scope: dict[str, Any]) -> int:
        """The status to answer with, 0 where nothing is wrong."""
        host = self.host(scope)
        if host not in self.hosts:
            return 403
        origins = [value for name, value in scope["headers"] if name == b"origin"]
        if scope["type"] == "websocket" and not origins:
            return 403
        if any(origin != f"http://{host}".encode() for origin in origins):
            return 403
        given = scope["path"].lstrip("/").partition("/")[0].encode("utf-8", "surrogateescape")
        return 0 if hmac.compare_digest(given, self.token) else 404


def _only(scope: dict[str, Any], name: bytes) -> str:
    found = [value.decode("latin-1") for key, value in scope["headers"] if key == name]
    return found[0] if len(found) == 1 else ""


async def _refuse(kind: str, status: int, send: Any) -> None:
    if kind == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    line = b"not here\n" if status == 404 else b"not for you\n"
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(line)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers + _headers("none")})
    await send({"type": "http.response.body", "body": line})


def _headers(host: str) -> list[tuple[bytes, bytes]]:
    told = {
        "content-security-policy": POLICY.format(host=host),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "cross-origin-resource-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
    }
    return [(name.encode(), value.encode()) for name, value in told.items()]


def _guarded(send: Any, host: str) -> Any:
    """Sends on, with the headers that keep a browser careful."""

    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *_headers(host)]}
        await send(message)

    return sending
