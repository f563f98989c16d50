"""Tie ends as they come, and the compressed rows they become. A row lists the people somebody reads, ascending.

Two counting sorts (by the person read, then by the reader) leave every row in order without comparing anything:
work grows with people + ties, and ties of the same pair keep the order in which they came. Ties that come in order
already, as those of most families, fill the rows in one go.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.model.compiled import compiled


class Ties(NamedTuple):
    """Tie ends before they are put in rows; every source of networks (family, graph, file) ends in one of these.

    source, target : uint32[k] or int64[k], row of the reader and of the person read
    weight : float64[k] > 0 | None; directed: False = each tie counts both ways
    label : names by row | None; group : int32[n] | None; notes: what the reader of a report should know
    """

    source: np.ndarray
    target: np.ndarray
    people: int
    weight: np.ndarray | None = None
    directed: bool = False
    label: list[str] | None = None
    group: np.ndarray | None = None
    group_names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def starts_of(ends: np.ndarray, people: int) -> np.ndarray:
    """int64[n + 1], where each person's run begins if runs have the lengths `ends` counts."""
    starts = np.zeros(people + 1, np.int64)
    np.cumsum(ends, out=starts[1:])
    return starts


@compiled
def count_ends(source, target, people, mutual):
    """int64[n] ties into each person, int64[n] ties out of each person, self-ties left out and counted."""
    into = np.zeros(people, np.int64)
    out = into if mutual else np.zeros(people, np.int64)
    selves = 0
    for tie in range(len(source)):
        a, b = source[tie], target[tie]
        if a == b:
            selves += 1
            continue
        into[b] += 1
        out[a] += 1
    return into, out, selves


@compiled
def is_in_order(source, target, mutual):
    """Do pairs rise strictly, and do mutual ones all have the larger row on one side? Then rows fill in order."""
    older = len(source) > 0 and target[0] < source[0]
    for tie in range(len(source)):
        a, b = source[tie], target[tie]
        if a == b or (mutual and (b < a) != older):
            return False
        if tie and (a < source[tie - 1] or (a == source[tie - 1] and b <= target[tie - 1])):
            return False
    return True


@compiled
def append_ends(source, target, weight, starts, mutual):
    """The rows of ties that come in order: uint32[m], and their weights (float64[m], or empty)."""
    cursor = starts[:-1].copy()
    members = np.empty(starts[-1], np.uint32)
    weights = np.empty(starts[-1] if len(weight) else 0, np.float64)
    for tie in range(len(source)):
        a, b = source[tie], target[tie]
        for _ in range(2 if mutual else 1):
            place = cursor[a]
            cursor[a] = place + 1
            members[place] = b
            if len(weight):
                weights[place] = weight[tie]
            a, b = b, a
    return members, weights


@compiled
def gather_readers(source, target, weight, starts, mutual):
    """Each person's readers in the order of the input: uint32[m], and their weights (float64[m], or empty)."""
    cursor = starts[:-1].copy()
    readers = np.empty(starts[-1], np.uint32)
    weights = np.empty(starts[-1] if len(weight) else 0, np.float64)
    for tie in range(len(source)):
        a, b = source[tie], target[tie]
        if a == b:
            continue
        for _ in range(2 if mutual else 1):
            place = cursor[b]
            cursor[b] = place + 1
            readers[place] = a
            if len(weight):
                weights[place] = weight[tie]
            a, b = b, a
    return readers, weights


@compiled
def transpose(starts, members, weights, other_starts):
    """The same ties listed from the other end; runs come out ascending because people are visited in order."""
    cursor = other_starts[:-1].copy()
    others = np.empty(len(members), np.uint32)
    other_weights = np.empty(len(weights), np.float64)
    for person in range(len(starts) - 1):
        for tie in range(starts[person], starts[person + 1]):
            place = cursor[members[tie]]
            cursor[members[tie]] = place + 1
            others[place] = person
            if len(weights):
                other_weights[place] = weights[tie]
    return others, other_weights


@compiled
def merge_duplicates(starts, members, weights):
    """Keep the first of equal neighbours in every ascending run, in place; returns the new starts."""
    kept_starts = np.zeros(len(starts), np.int64)
    kept = 0
    for person in range(len(starts) - 1):
        for tie in range(starts[person], starts[person + 1]):
            if tie > starts[person] and members[tie] == members[tie - 1]:
                continue
            members[kept] = members[tie]
            if len(weights):
                weights[kept] = weights[tie]
            kept += 1
        kept_starts[person + 1] = kept
    return kept_starts


def put_in_rows(ties: Ties) -> tuple[np.ndarray, np.ndarray, np.ndarray | None, int, int]:
    """indptr, indices, weight (float64 as given, or None), self-ties dropped, duplicates merged (as input lines)."""
    mutual = not ties.directed
    source, target = (np.ascontiguousarray(ends, np.uint32) for ends in (ties.source, ties.target))
    weight = np.empty(0) if ties.weight is None else np.ascontiguousarray(ties.weight, np.float64)
    into, out, selves = count_ends(source, target, ties.people, mutual)
    by_reader = starts_of(out, ties.people)
    if is_in_order(source, target, mutual):
        indices, weights = append_ends(source, target, weight, by_reader, mutual)
        return by_reader, indices, None if ties.weight is None else weights, 0, 0
    by_read = starts_of(into, ties.people)
    readers, weights = gather_readers(source, target, weight, by_read, mutual)
    indices, weights = transpose(by_read, readers, weights, by_reader)
    indptr = merge_duplicates(by_reader, indices, weights)
    merged = (len(indices) - int(indptr[-1])) // (2 if mutual else 1)
    kept = slice(0, int(indptr[-1]))
    given = None if ties.weight is None else weights[kept].copy()
    return indptr, indices[kept].copy() if merged else indices, given, int(selves), merged
