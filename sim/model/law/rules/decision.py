"""Deciding: what pulls a person to act on an item, in log-odds, and what comes of it."""

from __future__ import annotations

from sim.model.arith import logistic
from sim.model.compiled import f32, i64, rule

_ZERO, _ONE = f32(0), f32(1)


@rule
def pays_forward(gratitude: f32, gratitude_mean: f32, beta_gift: f32, gratitude_ref: f32) -> f32:
    """Gratitude's pull, βG·v_ref·(G − G0), G averaged over the tick. Within Mujcic & Leibbrandt 2018."""
    return beta_gift * (gratitude * gratitude_mean - gratitude_ref)


@rule
def conforms(norm: f32, beta_norm: f32, norm_ref: f32) -> f32:
    """The norm's pull, βN·(N − N0). Jung et al. 2020."""
    return beta_norm * (norm - norm_ref)


@rule
def is_used_to(reward: f32, beta_reward: f32, reward_ref: f32) -> f32:
    """Habit: the learned reward's pull, βQ·(Q − Q0). Assumption."""
    return beta_reward * (reward - reward_ref)


@rule
def shows_off(image: f32, image_scale: f32, beta_watched: f32, visibility_ref: f32, image_ref: f32) -> f32:
    """Acting for show: βO·ō·(image' − image0), image' = image·(1−d)/(1−d0) because detection is expected.

    Bradley et al. 2018.
    """
    return beta_watched * visibility_ref * (image * image_scale - image_ref)


@rule
def tires_of(exhaustion: f32, exhaustion_mean: f32, beta_exhaustion: f32, exhaustion_ref: f32) -> f32:
    """Tiredness holds back: βE·(E − E_ref), E averaged over the tick. Assumption."""
    return beta_exhaustion * (exhaustion * exhaustion_mean - exhaustion_ref)


@rule
def leans_to_act(
    warmth: f32, prompt: f32, gift: f32, norm: f32, habit: f32, show: f32, tired: f32, friction: f32
) -> f32:
    """Log-odds of a kind act before the item is seen: the sum of a person's own terms."""
    return warmth + prompt + gift + norm + habit + show - tired - friction


@rule
def leans_to_thank(lean: f32, warmth: f32, thanks_warmth: f32, thanks_offset: f32) -> f32:
    """Log-odds of thanking one's helper: as for any act, with warmth halved and an offset. Assumption."""
    return lean - (_ONE - thanks_warmth) * warmth + thanks_offset


@rule
def joins_in(liked: f32, beta_liked: f32, liked_ref: f32) -> f32:
    """What others already liked draws: βH·(min(1, score/posts) − H0). Muchnik et al. 2013."""
    return beta_liked * (liked - liked_ref)


@rule
def cares(noticed: f32, helped: f32, beta_need: f32, beta_answered: f32) -> f32:
    """A need noticed (0 or 1): βS − βB·min(answers/need, 1). Sign of βB: Tsvetkova & Macy 2014."""
    return noticed * (beta_need - beta_answered * helped)


@rule
def acts(lean: f32, item: f32, need: f32) -> f32:
    """Probability of a kind act on this item."""
    return logistic(lean + item + need)


@rule
def lashes_out(
    hostility: f32, mood: f32, sour: f32, norm: f32, hostile_mood: f32, hostile_context: f32, hostile_both: f32,
    mood_ref: f32, sour_ref: f32, hostile_norm: f32, norm_ref: f32,
) -> f32:  # fmt: skip
    """Probability of a hostile act: mood and sour context add up in log-odds. Cheng et al. 2017."""
    triggers = hostile_mood * (mood - mood_ref) + hostile_context * (sour - sour_ref) + hostile_both * mood * sour
    return logistic(hostility + triggers - hostile_norm * (norm - norm_ref))


@rule
def mood(baseline: f32, wellbeing: f32) -> f32:
    """How bad the mood is, 0..1: clip((W_i + .08 − W)/.2), relative to one's own baseline."""
    return min(max((baseline + f32(0.08) - wellbeing) / f32(0.2), _ZERO), _ONE)


@rule
def chooses(u: f32, kind: f32, hostile: f32) -> i64:
    """One uniform decides: 1 kind if u < p, 2 hostile if u > 1 − h, 0 nothing."""
    return i64(1) if u < kind else (i64(2) if u > _ONE - hostile else i64(0))


@rule
def owes_thanks(u: f32, gift: f32, thanks_chance: f32) -> i64:
    """1 if an opportunity to thank one's helper comes up: dt a tick, while the gift is remembered (> .05).

    One a day at any dt; the chance of at least one, 1 − e^(−dt), would make thanks (and acts) rise as dt falls.
    """
    return i64(1) if gift > f32(0.05) and u < thanks_chance else i64(0)


@rule
def notices(u: f32, need: f32, notice: f32) -> f32:
    """1 if a reader notices the open need behind an item."""
    return _ONE if need > _ZERO and u < notice else _ZERO
