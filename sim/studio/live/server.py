"""The server of the live page: loopback only, one session for every open page, nothing written anywhere."""

from __future__ import annotations

import asyncio
import secrets
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sim.lab.errors import BadInput, extra
from sim.lab.exits import say
from sim.lab.overrides import Override
from sim.lab.scenario import Scenario, load
from sim.studio.live.guard import Guard
from sim.studio.live.operations import LONGEST, Refused, read
from sim.studio.live.session import Overrun, Session
from sim.studio.recording import shown_arms

WEB = Path(__file__).resolve().parents[1] / "web"
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}
MOST_PAGES = 24


class Server:
    """A server that is ready to run; `address` is the one that opens the page.

    scenario, arms : what every page begins with; port : 0 = any free one
    sessions : those of the pages that are open now
    """

    def __init__(self, scenario: Scenario, arms: Sequence[str] = (), port: int = 0) -> None:
        uvicorn = extra("uvicorn", "live")
        extra("websockets", "live")
        self.scenario, self.arms, self.sessions = (
            scenario,
            [one.arm for one in shown_arms(scenario, arms)],
            list[Session](),
        )
        self._socket = _listening(port)
        self.port = self._socket.getsockname()[1]
        self.token = secrets.token_urlsafe(24)
        app = Guard(self._app(), self.token, self.port)
        settings = {"log_level": "error", "access_log": False, "lifespan": "off", "server_header": False}
        limits = {"ws_max_size": 4 * LONGEST, "timeout_graceful_shutdown": 1, "ws_per_message_deflate": False}
        self._server = uvicorn.Server(uvicorn.Config(app, **settings, **limits))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/{self.token}/"

    def run(self) -> None:
        """Serve until `stop` or Ctrl-C."""
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._socket.close()
            for session in list(self.sessions):
                session.close()

    def stop(self) -> None:
        """End `run` from another thread."""
        self._server.should_exit = True

    def _app(self) -> Any:
        extra("starlette", "live")
        from starlette.applications import Starlette
        from starlette.routing import Route, WebSocketRoute

        routes = [Route(path, _sender(file)) for path, file in _files().items()]
        return Starlette(routes=[*routes, WebSocketRoute("/wire", self._converse)])

    async def _converse(self, wire: Any) -> None:
        """One page, from its opening to its closing."""
        await wire.accept()
        if len(self.sessions) >= MOST_PAGES:
            await wire.send_json({"kind": "closed", "message": "Too many pages are open; close one and try again."})
            await wire.close()
            return
        news = asyncio.Event()
        loop = asyncio.get_running_loop()
        session = Session(self.scenario, self.arms, _waker(loop, news))
        self.sessions.append(session)
        ready = asyncio.Event()
        ready.set()
        sending = asyncio.create_task(_send(wire, session, news, ready))
        try:
            await _listen(wire, session, ready)
        finally:
            sending.cancel()
            session.close()
            self.sessions.remove(session)


def _waker(loop: Any, news: asyncio.Event) -> Callable[[], None]:
    def wake() -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(news.set)

    return wake


async def _listen(wire: Any, session: Session, ready: asyncio.Event) -> None:
    """Every message of the page becomes an operation, or is refused in one sentence."""
    while True:
        message = await wire.receive()
        if message["type"] == "websocket.disconnect":
            return
        try:
            _hear(session, message.get("text"), ready)
        except Overrun:
            await wire.close(1008)
            return


def _hear(session: Session, text: str | None, ready: asyncio.Event) -> None:
    try:
        asked = read(b"" if text is None else text)
        if asked.op == "seen":
            ready.set()
            session.wake()
        else:
            session.put(asked)
    except Refused as refused:
        session.tell("error", about="message", message=str(refused))


async def _send(wire: Any, session: Session, news: asyncio.Event, ready: asyncio.Event) -> None:
    """Words as they come; a frame only when the last one was drawn, and then the newest."""
    while True:
        await news.wait()
        news.clear()
        while session.words:
            word = session.words.popleft()
            await (wire.send_text(word) if isinstance(word, str) else wire.send_bytes(word))
        if not session.is_open:
            await wire.close(1008)
            return
        frame = session.next_frame() if ready.is_set() else None
        if frame is not None:
            ready.clear()
            await wire.send_bytes(frame)


def _files() -> dict[str, Path]:
    """What is served, by path: the page, and the modules and styles beside it. Nothing else can be asked for."""
    beside = {f"/{file.name}": file for file in sorted(WEB.iterdir()) if file.suffix in (".js", ".css")}
    return {"/": WEB / "live.html", **beside}


def _sender(file: Path) -> Any:
    from starlette.responses import Response

    async def send(request: Any) -> Any:
        return Response(file.read_bytes(), media_type=TYPES[file.suffix])

    return send


def _listening(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind(("127.0.0.1", port))
        made.listen()  # a browser that is quicker than the server waits instead of being turned away
    except OSError as trouble:
        made.close()
        raise BadInput("--port", None, str(port), f"cannot be used ({trouble.strerror}); 0 takes a free one") from None
    return made


def serve(
    scenario: str | Path | Scenario = "everyday",
    overrides: Sequence[Override] = (),
    *,
    arms: Sequence[str] = (),
    port: int = 0,
    browser: bool = True,
    told: Callable[[str], None] = print,
) -> None:
    """Show a scenario on a live page until Ctrl-C.

    arms : one or two, from left to right; the first and the last where none are named
    port : on 127.0.0.1; 0 = any free one
    browser : open the page in the browser of this machine
    told : gets the one address, with its token

    Raises BadInput where the scenario will not do, KeyboardInterrupt at Ctrl-C. Writes nothing but Kindling's cache.
    """
    loaded = scenario if isinstance(scenario, Scenario) else load(scenario, overrides)
    server = Server(loaded, arms, port)
    warm()
    told(server.address)
    if browser:
        import webbrowser

        webbrowser.open(server.address)
    server.run()


def warm() -> None:
    """Have the kernel compiled before the page opens; on a new machine that takes a minute or two."""
    from sim.model.law.settings import NetworkSettings, ScenarioSettings
    from sim.model.world import World

    if sys.stderr.isatty():
        say("getting ready; the first time on a machine this takes a minute or two")
    World(ScenarioSettings(network=NetworkSettings(people=20, degree=4)), threads=1).step()
