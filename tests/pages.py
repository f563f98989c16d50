"""A live page for tests: a server in this process, and a client that speaks over its wire."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from websockets.sync.client import connect

from sim.lab.overrides import override
from sim.lab.scenario import Scenario, load
from sim.studio.live import frames
from sim.studio.live.operations import read
from sim.studio.live.server import Server
from sim.studio.live.session import Session

PATIENCE = 300.0  # seconds; a first run on a busy machine compiles for a minute or two


def small(name: str = "storm_recovery", *more: str, people: int = 80) -> Scenario:
    """A scenario with few people."""
    return load(name, [override(text) for text in (f"network.people={people}", *more)])


@contextmanager
def serving(scenario: Scenario | None = None, arms: Sequence[str] = ()) -> Iterator[Server]:
    """A server that runs in a thread."""
    server = Server(scenario or small(), arms)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(10)


@contextmanager
def sitting(scenario: Scenario | None = None, **start: Any) -> Iterator[Session]:
    """A session without a wire, started."""
    session = Session(scenario or small())
    try:
        asked(session, op="start", **start)
        until(lambda: session.run == 1)
        yield session
    finally:
        session.close()
        session.join()


def asked(session: Session, **operation: Any) -> None:
    session.put(read(json.dumps(operation)))


def until(is_so: Callable[[], Any], what: str = "it") -> Any:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not (found := is_so()):
        assert time.monotonic() < end, f"{what} did not come"
        time.sleep(0.005)
    return found


class Client:
    """A page without a browser: what it heard, newest last."""

    def __init__(self, server: Server, **headers: str) -> None:
        address = server.address.replace("http", "ws") + "wire"
        origin: Any = headers.pop("origin", f"http://127.0.0.1:{server.port}")
        self._open = ExitStack()
        self.wire = self._open.enter_context(connect(address, origin=origin, additional_headers=headers, proxy=None))
        self.words: list[dict[str, Any]] = []
        self.frames: list[frames.Frame] = []
        self.scenes: list[bytes] = []
        self.acknowledges = True

    def ask(self, **operation: Any) -> None:
        self.wire.send(json.dumps(operation))

    def hear(self, timeout: float = PATIENCE) -> None:
        """Take one message."""
        content = self.wire.recv(timeout=timeout)
        if isinstance(content, str):
            self.words.append(json.loads(content))
        elif content[:4] == frames.SCENE:
            self.scenes.append(content)
        else:
            self.frames.append(frames.Frame.unpacked(content))
            if self.acknowledges:
                self.ask(op="seen", frame=self.frames[-1].number)

    def word(self, kind: str) -> dict[str, Any]:
        """The next message of a kind."""
        heard = len(self.words)
        while not (found := [one for one in self.words[heard:] if one["kind"] == kind]):
            self.hear()
        return found[0]

    def frame(self, tick: int = 0) -> frames.Frame:
        """The first frame of this tick or a later one."""
        while not self.frames or self.frames[-1].tick < tick:
            self.hear()
        return self.frames[-1]

    def close(self) -> None:
        self._open.close()
