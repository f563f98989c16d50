"""One open page: its own worlds, moved by a thread of their own, and what the page is told."""

from __future__ import annotations

import json
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.lab.scenario import Scenario
from sim.studio.layout import drawn_ties, layout
from sim.studio.live import frames, person
from sim.studio.live.operations import (
    AnyOperation,
    Lever,
    Pause,
    Play,
    Refused,
    Ripple,
    Select,
    Speed,
    Start,
    Step,
    Switch,
)
from sim.studio.live.pair import Pair, described, standing

WAITING = 256  # operations that may wait; a page that sends more at once is told so
ROWS = 1_000  # days told in one frame, so that a page that slept is not flooded
LETTERS = 500  # messages that may wait for a page that does not read
_OUR_BUG = "Something went wrong here, and it is our fault. Start again; if it comes back, please report it."


class Overrun(Exception):
    """The page asks and does not read what it is told."""


class _Stopped(Exception):
    """A ripple nobody waits for any more."""


@dataclass(frozen=True)
class _Picture:
    """What a frame shows, by value or in arrays that nobody writes to any more."""

    run: int
    tick: int
    moods: list[np.ndarray]
    acts: list[np.ndarray]
    rows: list[list[list[float | None]]]
    told: dict[str, Any]


class Session:
    """The worlds of one page. `put` and `next_frame` may be called from another thread; nothing here is shared between
    sessions.

    arms : what a start has that names none; the scenario's first and last where this is empty
    wake : called, from any thread, whenever there is something new to send
    """

    def __init__(self, scenario: Scenario, arms: Sequence[str] = (), wake: Callable[[], None] = lambda: None) -> None:
        self.scenario, self.arms, self.wake = scenario, list(arms), wake
        self._pair: Pair | None = None
        self.playing, self.speed = False, 4.0
        self.chosen: tuple[int, int] | None = None  # world and row
        self.words: deque[str | bytes] = deque()
        self.run = self.number = 0
        self._seen = (0, 0)  # run and rows that were told
        self._asked: deque[AnyOperation] = deque()
        self._change = threading.Condition()
        self._picture: _Picture | None = None
        self._last: _Picture | None = None
        self._due = 0.0
        self._ripple = 0
        self._open = True
        self._thread = threading.Thread(target=self._work, name="worlds of a page", daemon=True)
        self._thread.start()

    @property
    def pair(self) -> Pair:
        """The worlds; Refused before the first start."""
        if self._pair is None:
            raise Refused("The worlds are not there yet.")
        return self._pair

    def put(self, operation: AnyOperation) -> None:
        """Have an operation followed, after those before it."""
        with self._change:
            if len(self._asked) >= WAITING:
                raise Refused("Too much at once; wait a moment.")
            self._asked.append(operation)
            self._change.notify()

    def tell(self, kind: str, **told: Any) -> None:
        """A message for the page."""
        if len(self.words) >= LETTERS:
            raise Overrun
        self.words.append(json.dumps({"kind": kind, **told}, allow_nan=False))
        self.wake()

    def next_frame(self) -> bytes | None:
        """The newest state, if the page has not been sent it yet."""
        picture = self._picture
        if picture is None or (picture is self._last and self._seen == (picture.run, picture.tick + 1)):
            return None
        self._last = picture
        self.number += 1
        told = {"rows": self._unseen(picture), **picture.told}
        frame = frames.Frame(picture.run, self.number, picture.tick, picture.moods, picture.acts, told)
        return frame.packed()

    def _unseen(self, picture: _Picture) -> list[list[Any]]:
        """Rows that the page has not been told, with their ticks."""
        first = self._seen[1] if self._seen[0] == picture.run else 0
        last = min(first + ROWS, picture.tick + 1)
        self._seen = (picture.run, last)
        return [[tick, *(one[tick] for one in picture.rows)] for tick in range(first, last)]

    @property
    def is_open(self) -> bool:
        """Whether anybody is still at work for the page."""
        return self._open

    def close(self) -> None:
        """End the thread, and whatever it has begun."""
        with self._change:
            self._open = False
            self._ripple += 1
            self._change.notify()

    def join(self) -> None:
        """Wait until the thread has ended."""
        self._thread.join()

    def _work(self) -> None:
        while True:
            with self._change:
                while self._open and not self._asked and not self._is_due():
                    self._change.wait(self._wait())
                if not self._open:
                    return
                asked = self._asked.popleft() if self._asked else None
            try:
                self._do(asked) if asked is not None else self._advance()
            except Refused as refused:
                self._fail(str(refused), asked)
            except Overrun:
                self._open = False
                self.wake()
            except Exception:
                traceback.print_exc()
                self.playing = False
                self._fail(_OUR_BUG, asked)

    def _fail(self, sentence: str, asked: AnyOperation | None) -> None:
        self.tell("error", about=asked.op if asked else "play", message=sentence)

    def _is_due(self) -> bool:
        return self.playing and time.monotonic() >= self._due

    def _wait(self) -> float | None:
        return max(0.0, self._due - time.monotonic()) if self.playing else None

    def _do(self, asked: AnyOperation) -> None:
        followed: dict[str, Callable[[Any], None]] = {
            "play": self._play, "pause": self._pause, "step": self._step, "speed": self._hurry,
            "select": self._select, "ripple": self._follow, "start": self._start,
        }  # fmt: skip
        followed.get(asked.op, self._take)(asked)

    def _start(self, asked: Start) -> None:
        """A new run: its scene, and where everything stands."""
        self.playing, self.chosen = False, None
        self._ripple += 1
        self.tell("building")
        asked = asked if asked.arms or not self.arms else asked.model_copy(update={"arms": self.arms})
        if self._pair is None:
            self._pair = Pair(self.scenario, asked)
        else:
            self._pair.take(asked)
        self.run += 1
        network = self.pair.worlds[0].world.network
        places, ties = layout(network), drawn_ties(network)
        self.tell("scene", run=self.run, **described(self.pair))
        self.words.append(frames.scene(self.run, places, ties))
        self._stand()

    def _take(self, asked: Lever | Switch) -> None:
        self.pair.take(asked)
        self._stand()

    def _stand(self) -> None:
        self._tell_state()
        self._show()

    def _tell_state(self) -> None:
        self.tell("state", playing=self.playing, speed=self.speed, over=self.pair.is_over, **standing(self.pair))

    def _play(self, asked: Play) -> None:
        self.playing, self._due = not self.pair.is_over, time.monotonic()
        self._tell_state()

    def _pause(self, asked: Pause) -> None:
        self.playing = False
        self._tell_state()

    def _step(self, asked: Step) -> None:
        self.playing = False
        self._tick()
        self._tell_state()

    def _hurry(self, asked: Speed) -> None:
        self.speed, self._due = asked.value, time.monotonic()
        self._tell_state()

    def _advance(self) -> None:
        """One tick on time; what could not be kept up with is let go."""
        self._due = max(self._due + 1 / self.speed, time.monotonic() - 1 / self.speed)
        self._tick()
        if self.pair.is_over:
            self.playing = False
            self._tell_state()

    def _tick(self) -> None:
        if not self.pair.is_over:
            self.pair.step()
        self._show()

    def _show(self) -> None:
        """Put the newest state where the wire takes it from."""
        worlds = self.pair.worlds
        told = {"open": [[each.name for each in one.open()] for one in worlds], "person": self._portrait()}
        moods, acts = [one.moods.levels for one in worlds], [one.acts() for one in worlds]
        self._picture = _Picture(self.run, self.pair.tick, moods, acts, [one.rows for one in worlds], told)
        self.wake()

    def _portrait(self) -> dict[str, Any] | None:
        if self.chosen is None:
            return None
        world, row = self.chosen
        return person.portrait(self.pair.worlds[world], row) | {"world": world}

    def _select(self, asked: Select) -> None:
        self._ripple += 1
        self.chosen = self._meant(asked)
        self._show()

    def _meant(self, asked: Select) -> tuple[int, int] | None:
        if asked.row is None and asked.name is None:
            return None
        if asked.world >= len(self.pair.worlds):
            raise Refused("There is only one world on this page.")
        network = self.pair.worlds[asked.world].world.network
        row = person.row_of(network, asked.name or "") if asked.row is None else asked.row
        if row >= network.people:
            raise Refused("Nobody here is called that.")
        return asked.world, row

    def _follow(self, asked: Ripple) -> None:
        if self.chosen is None:
            raise Refused("Choose a person first.")
        world, row = self.chosen
        work = person.ripple(self.pair.worlds[world], row)
        self._ripple += 1
        number = self._ripple
        self.tell("ripple", state="begun", world=world, row=row)
        threading.Thread(target=self._rippled, args=(work, number, world, row), daemon=True).start()

    def _rippled(
        self, work: Callable[[Callable[[float], None]], dict[str, Any]], number: int, world: int, row: int
    ) -> None:
        def advance(share: float) -> None:
            if self._ripple != number:
                raise _Stopped

        try:
            found = work(advance)
            advance(1)
            self.tell("ripple", state="done", world=world, row=row, **found)
        except (_Stopped, Overrun):
            pass
        except Exception:
            traceback.print_exc()
            self.tell("ripple", state="failed", world=world, row=row, message=_OUR_BUG)
