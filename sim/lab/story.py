"""One act followed as a story: the same world without it, and who then did what, which they else would not have done.

Two worlds are told apart by acts as people would tell them: who did what for whom. What an act was worth, or whether it
was seen, is not told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.lab.errors import BadInput
from sim.lab.ripple import burned_in
from sim.lab.scenario import Scenario
from sim.lab.twins import FORMS, distances, drawn, marked, parted, receivers, senders
from sim.model.law import letters

if TYPE_CHECKING:
    import pandas as pd

QUIET = 15.0  # days without a difference after which a ripple has died out
HOSTILE = "hostile"
WORDS = {  # gesture → what one did to somebody, and what one would have done
    "like": ("liked what {} did", "liked what {} did"),
    "thanks": ("thanked {}", "thanked {}"),
    "encouragement": ("encouraged {}", "encouraged {}"),
    "check_in": ("asked {} how they were", "asked {} how they were"),
    "resource": ("shared something useful with {}", "shared something useful with {}"),
    "substantial": ("went out of their way for {}", "gone out of their way for {}"),
    HOSTILE: ("was nasty to {}", "been nasty to {}"),
}
_WHAT = np.uint64(15) | letters.HOSTILE


@dataclass(frozen=True)
class Turn:
    """One act that only one of two worlds has.

    day : days since the start at the end of its tick
    degree : ties between its giver and the giver of the act that was undone, at most `farthest` of the story
    giver, receiver : keys
    gesture : name in the catalogue, or "hostile"
    done : True where it was done because of the act, False where it was left out because of it
    """

    day: float
    degree: int
    giver: int
    receiver: int
    gesture: str
    done: bool

    def __str__(self) -> str:
        if self.done:
            return f"Day {self.day:g}: person {self.giver} {self._verb(0)}, which they would not have done."
        return f"Day {self.day:g}: person {self.giver} would have {self._verb(1)}, and did not."

    @property
    def plainly(self) -> str:
        """The act alone."""
        return f"Day {self.day:g}: person {self.giver} {self._verb(0)}."

    def _verb(self, form: int) -> str:
        name = self.gesture.replace("_", " ")
        words = WORDS.get(self.gesture, (f"did a {name} for {{}}", f"done a {name} for {{}}"))
        return words[form].format(f"person {self.receiver}")


@dataclass(frozen=True)
class Story:
    """An act, and what went differently because of it.

    act : the act that was undone in the twin
    form : "contagion" (it reached nobody) or "net" (it was never done)
    turns : by day, then degree and giver
    ended : day of the last difference (of the act where there is none); None where it had not died out at the end
    """

    act: Turn
    form: str
    turns: tuple[Turn, ...]
    ended: float | None

    def lines(self) -> list[str]:
        """The story, a sentence for each act."""
        return [self.act.plainly, *map(str, self.turns), self._ending()]

    def table(self) -> pd.DataFrame:
        """Kind acts by day and degree: `more` that were done because of the act, `fewer` that were left out."""
        import pandas as pd

        kind = [turn for turn in self.turns if turn.gesture != HOSTILE]
        rows = [(turn.day, turn.degree, int(turn.done), int(not turn.done)) for turn in kind]
        found = pd.DataFrame(rows, columns=["day", "degree", "more", "fewer"])
        return found.groupby(["day", "degree"], as_index=False).sum()

    def _ending(self) -> str:
        if self.ended is None:
            return "So far the story has no end."
        return f"After day {self.ended:g} nobody did anything differently." if self.turns else "Nothing else changed."


def story(
    scenario: Scenario,
    tick: int = 100,
    *,
    giver: int | None = None,
    receiver: int | None = None,
    seed: int | None = None,
    form: str = FORMS[0],
    days: float = 60,
    farthest: int = 6,
    advance: Callable[[int], None] = lambda ticks: None,
) -> Story:
    """Undo one kind act of a tick and tell what goes differently for `days`, or until it dies out.

    tick : the act's own, counted from 0
    giver, receiver : keys; where several acts fit, or none is asked for, one is drawn by `seed` (the scenario's own)
    form : see `sim.lab.ripple`
    advance : called with the number of ticks done

    Raises BadInput where no kind act of the tick fits.
    """
    if form not in FORMS:
        raise BadInput("--form", None, form, f"is no form of a ripple; there are {' and '.join(FORMS)}")
    luck = scenario.settings.seed if seed is None else seed
    world = burned_in(scenario, tick, advance)
    key = world.columns.key
    return followed(
        world, lambda post: _one(post, key, giver, receiver, luck, tick), form, days, farthest, advance=advance
    )


def followed(
    world: Any,
    choose: Callable[[np.ndarray], np.ndarray],
    form: str = FORMS[0],
    days: float = 60,
    farthest: int = 6,
    *,
    advance: Callable[[int], None] = lambda ticks: None,
) -> Story:
    """Undo one act of the coming tick and tell what goes differently for `days`, or until it dies out.

    world : it takes the tick, and goes on
    choose : letters of the tick, uint64[m, 3] → bool[m] with a single one true, the act
    """
    post, [(chosen, twin)] = parted(world, lambda post: [(form, choose(post))])
    far = distances(world.network, senders(post[chosen]), farthest)
    (act,) = _turns(post[chosen], post[:0], world, far)
    advance(world.tick)
    turns, ended = _followed(world, twin, far, days, act.day, advance)
    return Story(act, form, tuple(turns), ended)


def _one(
    post: np.ndarray, key: np.ndarray, giver: int | None, receiver: int | None, seed: int, tick: int
) -> np.ndarray:
    """bool[m], the one act that is undone."""
    places = drawn(post, key, seed)
    fits = np.ones(places.size, bool)
    if giver is not None:
        fits &= key[senders(post[places])] == giver
    if receiver is not None:
        fits &= key[receivers(post[places])] == receiver
    if not fits.any():
        raise _nothing(post[places], key, giver, receiver, tick)
    return marked(post, places[fits][:1])


def _nothing(post: np.ndarray, key: np.ndarray, giver: int | None, receiver: int | None, tick: int) -> BadInput:
    """What is said where no act fits, with some that would."""
    known = set(key.tolist())
    for option, person in (("--giver", giver), ("--receiver", receiver)):
        if person is not None and person not in known:
            return BadInput(option, None, str(person), "is nobody's key")
    pairs = [(int(key[a]), int(key[b])) for a, b in zip(senders(post), receivers(post), strict=True)]
    near = [pair for pair in pairs if giver in (None, pair[0])] or pairs
    some = ", ".join(f"{a} to {b}" for a, b in sorted(set(near))[:5]) or "none at all"
    who = " ".join(f"{word} {person}" for word, person in (("by", giver), ("to", receiver)) if person is not None)
    return BadInput("--tick", None, str(tick), f"has no kind act {who}".rstrip() + f"; kind acts there are: {some}")


def _followed(
    world: Any, twin: Any, far: np.ndarray, days: float, day: float, advance: Callable[[int], None]
) -> tuple[list[Turn], float | None]:
    """Every difference, and the day of the last one."""
    turns: list[Turn] = []
    ended, end = day, day + days
    while world.day < end - 1e-9:
        world.step()
        twin.step()
        now = _turns(world.letters(), twin.letters(), world, far)
        ended = world.day if now else ended
        turns += now
        advance(world.tick)
        if world.day >= ended + QUIET:
            return turns, ended
    return turns, None


def _turns(mine: np.ndarray, theirs: np.ndarray, world: Any, far: np.ndarray) -> list[Turn]:
    """Acts of one world that the other has not, and the other way round, in the order (degree, giver)."""
    acts = np.concatenate([_told(mine), _told(theirs)])
    each, place = np.unique(acts, axis=0, return_inverse=True)
    sign = np.repeat([1.0, -1.0], [len(mine), len(theirs)])
    more = np.bincount(place.reshape(-1), sign, minlength=len(each)).astype(int)
    found = [_turn(each[row], more[row] > 0, world, far) for row in np.flatnonzero(more) for _ in range(abs(more[row]))]
    return sorted(found, key=lambda turn: (turn.degree, turn.giver, not turn.done))


def _told(post: np.ndarray) -> np.ndarray:
    """uint64[m, 2], who did what to whom."""
    return np.column_stack([post[:, 0], post[:, 1] & _WHAT])


def _turn(act: np.ndarray, done: bool, world: Any, far: np.ndarray) -> Turn:
    giver, receiver = int(senders(act[None])[0]), int(receivers(act[None])[0])
    hostile = bool(act[1] & letters.HOSTILE)
    gesture = HOSTILE if hostile else world.gestures[int(letters.gesture_of(act[1]))].name
    one, other = (int(world.columns.key[row]) for row in (giver, receiver))
    return Turn(world.day, int(far[giver]), one, other, gesture, bool(done))
