"""The two packed forms: what goes in comes out, fields keep to the bits their tables state."""

from __future__ import annotations

import re
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.model.law import letters, profile

WORD = st.integers(0, 2**32 - 1)
SHARE = st.floats(0, 1, width=32)
NOTHING = {"weight": 0, "kindness": 0, "liked": 0, "need": 0, "helped": 0, "sour": 0, "tone": 0, "sincere": 0,
           "custom": 0}  # fmt: skip
FULL = {"weight": 0xFFFF, "kindness": 1, "liked": 1, "need": 127 / 64, "helped": 1, "sour": 1, "tone": 3, "sincere": 1,
        "custom": 1}  # fmt: skip


def packed(**fields) -> int:
    """A profile word with some fields set."""
    whole = {"weight", "tone", "sincere"}
    values = {**NOTHING, **fields}
    custom = np.uint64(values.pop("custom"))
    given = [np.uint64(v) if name in whole else np.float32(v) for name, v in values.items()]
    return int(profile.shows_custom(np.uint64(profile.packs(*given)), custom))


def stated_bits(module: ModuleType, row: str) -> list[tuple[int, int]]:
    """First and last bit of every field in the table of a docstring; `row` says how its rows begin."""
    found = re.findall(row + r"(\d+)(?:-(\d+))? \|", module.__doc__ or "", re.MULTILINE)
    return [(int(low), int(high or low)) for low, high in found]


# --- profile -----------------------------------------------------------------------------------------------------


@given(SHARE, SHARE, st.floats(0, 1.5, width=32), SHARE, SHARE, st.integers(0, 2), st.integers(0, 1))
def test_a_profile_comes_out_as_it_went_in(kindness, liked, need, helped, sour, tone, sincere):
    given = {"kindness": kindness, "liked": liked, "need": need, "helped": helped, "sour": sour}
    word = np.uint64(packed(**given, tone=tone, sincere=sincere))
    near = 1 + 1e-4  # half a step, and the rounding of float32
    assert abs(profile.kindness_of(word) - kindness * 1023) <= 0.5 * near
    assert abs(profile.liked_of(word) - liked) <= 0.5 / 255 * near
    assert abs(profile.helped_of(word) - helped) <= 0.5 / 15 * near
    assert abs(profile.sour_of(word) - sour) <= 0.5 / 63 * near
    assert (profile.need_of(word) > 0) == (need > 0)
    assert abs(profile.need_of(word) - need) <= (1 / 64 if need < 1 / 64 else 0.5 / 64 * near)
    assert (profile.tone_of(word), profile.sincere_of(word)) == (tone, sincere)


@given(st.floats(2.0**-40, 2.0**40, width=32))
def test_weight_keeps_8_bits(weight):
    """Rounded to nearest: relative error at most 1/256."""
    word = profile.packs_weight(np.float32(weight))
    assert 0 < word < 2**16
    assert abs(profile.weight_of(np.uint64(word)) / weight - 1) <= 1 / 256
    assert profile.weight_of(np.uint64(0)) == 0


@pytest.mark.parametrize("field", list(NOTHING))
def test_profile_fields_fill_their_own_bits_and_no_others(field):
    low, high = dict(zip(NOTHING, stated_bits(profile, r"^\| "), strict=True))[field]
    assert packed(**{field: FULL[field]}) == (2 ** (high - low + 1) - 1) << low


def test_profile_bits_follow_one_another():
    bits = stated_bits(profile, r"^\| ")
    assert bits[0][0] == 0
    assert [low for low, _ in bits[1:]] == [high + 1 for _, high in bits[:-1]]
    assert bits[-1][1] < 64


# --- letters -----------------------------------------------------------------------------------------------------


@given(WORD, WORD)
def test_the_ends_of_a_letter(sender, receiver):
    word = np.uint64(letters.ends(np.uint64(sender), np.uint64(receiver)))
    assert (letters.sender_of(word), letters.receiver_of(word)) == (sender, receiver)


@settings(max_examples=300)
@given(
    st.integers(0, 15), st.integers(0, 63), st.integers(0, 2), st.integers(0, 255), st.integers(0, 10**6),
    st.floats(0, 2.0**99, width=32),
)  # fmt: skip
def test_the_content_of_a_letter(gesture, marks, cause, slot, depth, gift):
    numbers = map(np.uint64, (gesture, marks << 4, cause, slot, depth))
    word = np.uint64(letters.content(*numbers, np.float32(gift)))
    assert letters.gesture_of(word) == gesture
    assert (int(word) >> 4) & 63 == marks
    assert letters.cause_of(word) == cause
    assert letters.slot_of(word) == slot
    assert letters.depth_of(word) == min(depth, 4095)
    assert letters.gift_of(word) == np.float32(gift)


def test_marks_are_single_bits_of_their_own():
    marks = [letters.VISIBLE, letters.SINCERE, letters.FOUND, letters.NEED, letters.HOSTILE, letters.VOID]
    assert [int(mark) for mark in marks] == [1 << bit for bit in range(4, 10)]


FIELDS = {"gesture": (15, 0, 3), "cause": (3, 10, 11), "slot": (255, 12, 19), "depth": (4095, 20, 31)}


@pytest.mark.parametrize("field", list(FIELDS))
def test_letter_fields_fill_their_own_bits_and_no_others(field):
    full, low, high = FIELDS[field]
    fields = {name: np.uint64(full if name == field else 0) for name in ("gesture", "marks", "cause", "slot", "depth")}
    assert int(letters.content(*fields.values(), np.float32(0))) == (2 ** (high - low + 1) - 1) << low
    assert (low, high) in stated_bits(letters, r"^\| [1 ] \| ")


@given(st.integers(0, 2**24 - 1), WORD, st.integers(0, 255))
def test_the_number_of_an_act_says_when_who_and_where(tick, key, slot):
    number = int(letters.act_number(np.uint64(tick), np.uint64(key), np.uint64(slot)))
    assert (number >> 40, (number >> 8) & 0xFFFFFFFF, number & 255) == (tick, key, slot)
