"""One person of a world in sentences: their day, and what their last kind act led to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from sim.lab.story import HOSTILE, WORDS, Story, followed
from sim.lab.twins import is_kind, marked, receivers, senders
from sim.model.law import letters
from sim.studio.live.operations import Refused
from sim.studio.live.worlds import NEVER, Watched

FARTHEST, DAYS, MOST_NEAR = 6, 30.0, 60
_PERSON = re.compile(r"person (\d+)")
_MANY = 3  # people who are named; the others are counted
_STAGES = ("has not met the campaign", "has met the campaign", "takes part", "has taken part")


def named(network: Any, row: int) -> str:
    """What a person is called: the name from the file, else by number."""
    return network.label[row][:60] if network.label else f"person {network.key[row]}"


def row_of(network: Any, name: str) -> int:
    """The row of a person given by name or number; Refused where there is none."""
    text = name.strip().removeprefix("person ").strip()
    if network.label and name.strip() in network.label:
        return int(network.label.index(name.strip()))
    if text.isdecimal() and len(text) < 11:
        row = int(np.searchsorted(network.key, int(text)))
        if row < network.people and int(network.key[row]) == int(text):
            return row
    raise Refused("Nobody here is called that.")


def portrait(watched: Watched, row: int) -> dict[str, Any]:
    """One person as the page gets them: name, mood, sentences about the day, and the rows of whom they read."""
    world = watched.world
    mood = next(level for level in watched.moods.legend if level.number == watched.moods.levels[row])
    lines = _day(world, row) if world.campaign.is_on else [f"Mood: {mood.name} ({mood.says}).", *_day(world, row)]
    near = world.network.indices[world.network.indptr[row] : world.network.indptr[row + 1]]
    name = named(world.network, row)
    return {
        "row": row, "name": name[:1].upper() + name[1:], "mood": int(mood.number), "lines": lines,
        "near": near[:MOST_NEAR].tolist(), "gave": int(watched.gave[row]) != NEVER,
    }  # fmt: skip


def _day(world: Any, row: int) -> list[str]:
    """Sentences about the tick just over."""
    campaign = [_stage(world, row)] if world.campaign.is_on else []
    if not world.is_everyday:
        return campaign
    if world.tick == 0:
        return [*campaign, "The first day has not begun."]
    post = world.letters()
    given, got = post[senders(post) == row], post[receivers(post) == row]
    return [
        *campaign,
        _deeds(world, given, receivers(given), "Today they {}.", "Today they did nothing kind."),
        *_received(world, got),
        *_state(world.columns, row),
    ]


def _stage(world: Any, row: int) -> str:
    columns = world.campaign.columns
    acted = " and did the real deed" if columns.acted[row] else ""
    return f"This person {_STAGES[min(int(columns.stage[row]), 3)]}{acted}."


def _deeds(world: Any, post: np.ndarray, others: np.ndarray, sentence: str, nothing: str) -> str:
    """What was done for whom, the same deeds together."""
    whom: dict[str, list[str]] = {}
    for letter, other in zip(post, others, strict=True):
        whom.setdefault(_gesture(world, letter), []).append(named(world.network, int(other)))
    done = [_verb(gesture).format(_listed(names)) for gesture, names in whom.items()]
    return sentence.format(_and(done)) if done else nothing


def _received(world: Any, post: np.ndarray) -> list[str]:
    kind = is_kind(post)
    lines = []
    if not kind.any():
        lines.append("Nobody did anything kind for them.")
    else:
        count = int(kind.sum())
        names = _listed([named(world.network, int(row)) for row in senders(post[kind])])
        lines.append(f"They received {count} kind {_plural('act', count)}, from {names}.")
    if not kind.all():
        lines.append("Somebody was nasty to them.")
    return lines


def _state(columns: Any, row: int) -> list[str]:
    tired, feeling = round(100 * float(columns.exhaustion[row])), round(100 * float(columns.wellbeing[row]))
    lines = [f"They feel {_level(feeling, 'bad', 'so-so', 'well')} ({feeling} of 100) and are "
             f"{_level(tired, 'rested', 'a little tired', 'worn out')} ({tired} of 100)."]  # fmt: skip
    if columns.resting[row]:
        lines.append("They have burned out, and rest.")
    if columns.need[row] > 0:
        lines.append("They have a hard day, and still need help.")
    return lines


def _level(number: int, low: str, middle: str, high: str) -> str:
    return low if number < 34 else middle if number < 67 else high


def _gesture(world: Any, letter: np.ndarray) -> str:
    if letter[1] & letters.HOSTILE:
        return HOSTILE
    return str(world.gestures[int(letters.gesture_of(letter[1]))].name)


def _verb(gesture: str) -> str:
    usual = f"did a {gesture.replace('_', ' ').replace('{', '').replace('}', '')} for {{}}"
    return WORDS.get(gesture, (usual, usual))[0]


def _listed(names: Iterable[str]) -> str:
    """Names, each once, with how often; those beyond a few are only counted."""
    counted = [f"{name} ({many} times)" if many > 1 else name for name, many in Counter(names).items()]
    more = len(counted) - _MANY
    return _and(counted if more < 2 else [*counted[:_MANY], f"{more} others"])


def _and(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _plural(word: str, count: int) -> str:
    return word if count == 1 else word + "s"


def ripple(watched: Watched, row: int) -> Callable[[Callable[[float], None]], dict[str, Any]]:
    """What to do, on copies, to find what the last kind act of a person led to: see `_rippled`.

    Refused where they did nothing kind, or too long ago.
    """
    tick = int(watched.gave[row])
    still = watched.trail.before(tick) if tick != NEVER else None
    if still is None:
        raise Refused("This person has done nothing kind lately, so there is no act to follow.")
    return lambda advance: _rippled(still, row, tick, advance)


def _rippled(still: Any, row: int, tick: int, advance: Callable[[float], None]) -> dict[str, Any]:
    """The story of an act, and how far from it each person is whom it reached: uint8[n] degree + 1, 0 = not reached."""
    world = still.world()
    while world.tick < tick:
        world.step()
        advance(0)
    days = DAYS / world.settings.dt
    told = followed(
        world,
        lambda post: _last(post, row),
        "contagion",
        DAYS,
        FARTHEST,
        advance=lambda now: advance((now - tick) / days),
    )
    names = world.network
    lines = [_PERSON.sub(lambda found: named(names, _row(names, found[1])), line) for line in told.lines()]
    reached = _reached(told, names)
    return {"lines": lines, "reached": [[int(one), int(reached[one]) - 1] for one in np.flatnonzero(reached)]}


def _last(post: np.ndarray, row: int) -> np.ndarray:
    """bool[m], the last kind letter of a sender."""
    return marked(post, np.flatnonzero((senders(post) == row) & is_kind(post))[-1:])


def _reached(told: Story, network: Any) -> np.ndarray:
    degree = np.zeros(network.people, np.uint8)
    far = [(told.act.receiver, 1), *((turn.giver, turn.degree) for turn in told.turns)]
    for key, away in sorted(far, key=lambda one: -one[1]):
        degree[_row(network, key)] = away + 1
    degree[_row(network, told.act.giver)] = 1
    return degree


def _row(network: Any, key: int | str) -> int:
    return int(np.searchsorted(network.key, int(key)))
