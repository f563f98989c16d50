"""A custom: two ways of doing a thing, and a memory of how those last heard did it, one bit each."""

from __future__ import annotations

from sim.model.compiled import f32, i64, rule, u64

_ONE = u64(1)


@rule
def notes_custom(heard: u64, today: u64, items: i64, places: i64) -> u64:
    """The customs of the last M people heard: today's bits move in, the oldest drop out."""
    return ((heard << u64(items)) | today) & ((_ONE << u64(places)) - _ONE)


@rule
def counts_heard(heard: u64) -> i64:
    """How many of those heard follow the new custom: the number of bits set (of at most 32)."""
    pairs = heard - ((heard >> u64(1)) & u64(0x55555555))
    fours = (pairs & u64(0x33333333)) + ((pairs >> u64(2)) & u64(0x33333333))
    eights = (fours + (fours >> u64(4))) & u64(0x0F0F0F0F)
    return i64(((eights * u64(0x01010101)) >> u64(24)) & u64(0xFF))


@rule
def follows_custom(custom: i64, count: i64, places: i64, committed: i64) -> i64:
    """Do what most of the last M heard do; keep to one's own way at a tie; committed people follow the new custom.

    A pairwise convention, the best answer to a sample of what others last did (Young 1993; Centola et al. 2018).
    """
    swayed = i64(1) if count + count > places else (i64(0) if count + count < places else custom)
    return i64(1) if committed == i64(1) else swayed


@rule
def is_customary(custom: f32, beta_custom: f32, custom_ref: f32) -> f32:
    """What the custom adds to acting: β·(custom − its centre). Assumption."""
    return beta_custom * (custom - custom_ref)
