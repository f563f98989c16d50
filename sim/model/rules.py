"""The rulebook: each law once, as a scalar function that both engines call.

A rule takes plain numbers and returns one value; it draws nothing (uniform numbers come in as `u`), loops over nothing
and calls no other rule. Arguments are named as the columns (`sim.model.columns`) and levers (`sim.model.levers`).
Log-odds terms are centred on stated constants, so that a coefficient of 0 removes a feedback and keeps the level.
"""

from __future__ import annotations

from sim.model.arith import approaches, chance, exp, expm1, fades, log, logistic
from sim.model.compiled import f32, f32s, i64, rule

_ZERO, _HALF, _ONE = f32(0), f32(0.5), f32(1)
_LN2 = f32(0.6931471805599453)
_YOUNGEST = f32(1e-6)

# --- browse: the feed --------------------------------------------------------------------------------------------


@rule
def reads(attention: f32, quiet_dt: f32, u: f32) -> i64:
    """Number of feed items this tick: floor(attention·quiet·dt + u), so that the mean is right at any dt."""
    return i64(attention * quiet_dt + u)


@rule
def ranks(age: f32, score: f32, day_mean: f32, half_life: f32, age_floor: f32, ranking: f32) -> f32:
    """Weight of an author's item: novelty·popularity, max(floor, exp(−ln2·(age/t½)^0.4))·(1+score)^γ.

    `age` is that at the beginning of this tick, as if read then. Authors go on acting until the item is read, so that
    adding the time until then would rank busy ones too low, the more so the longer the tick. Wu & Huberman 2007.
    """
    novelty = exp(-_LN2 * exp(f32(0.4) * log(max(age, _YOUNGEST) / half_life)))
    return max(age_floor, novelty) * exp(ranking * log(_ONE + score * day_mean))


@rule
def races(weight: f32, u: f32) -> f32:
    """Arrival time −log(u)/weight of a candidate; the first to arrive is read, so item k wins with w_k/Σw.

    An absent candidate (weight 0) never arrives: 10^30. (Efraimidis & Spirakis 2006.)
    """
    return -log(u) / weight if weight > _ZERO else f32(1e30)


@rule
def sees(kindness: i64, items: i64) -> f32:
    """Mean kindness of the items seen, from their published steps of 1/1023."""
    return f32(kindness) / (f32(items) * f32(1023))


@rule
def waits(unread: f32, dt: f32, resting: i64) -> f32:
    """Days since one last saw an item, this tick included; time at rest does not count."""
    return dt + (_ZERO if resting == i64(1) else unread)


@rule
def perceives(norm: f32, seen: f32, unread: f32, norm_rate: f32) -> f32:
    """Perceived norm follows the mean kindness seen: N + (1 − e^(−η·t))·(seen − N), t days since one last read."""
    return approaches(norm, seen, chance(norm_rate * unread))


# --- browse: deciding to act -------------------------------------------------------------------------------------


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
def shows_off(
    image: f32, image_scale: f32, beta_watched: f32, visibility_ref: f32, image_ref: f32
) -> f32:
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


# --- browse: the gesture -----------------------------------------------------------------------------------------


@rule
def gesture_odds(
    share: f32, effort: f32, visibility: f32, exhaustion: f32, exhaustion_mean: f32, image: f32, image_scale: f32,
    effort_weight: f32, beta_watched: f32, visibility_ref: f32,
) -> f32:  # fmt: skip
    """Odds of one gesture among those on offer: share·exp(−effort·κ(1+E) + βO·image'·(o − ō)).

    κ is an assumption; βO as in `shows_off` (Bradley et al. 2018).
    """
    deterred = effort * effort_weight * (_ONE + exhaustion * exhaustion_mean)
    return share * exp(beta_watched * image * image_scale * (visibility - visibility_ref) - deterred)


@rule
def picks_gesture(u: f32, odds: f32s) -> i64:
    """Place of the chosen gesture: inverse of the cumulative odds (float32[k]), which stand in order of effort."""
    total = _ZERO
    for k in range(odds.size):
        total = total + odds[k]
    goal, passed, last = u * total, _ZERO, i64(0)
    for k in range(odds.size):
        last = i64(k) if odds[k] > _ZERO and passed <= goal else last
        passed = passed + odds[k]
    return last


@rule
def is_sincere(u: f32, image: f32, image_scale: f32, value: f32, visibility: f32, audience: f32) -> i64:
    """1 if meant: u < (1−image')v / ((1−image')v + image'·o·audience)."""
    meant = (_ONE - image * image_scale) * value
    return i64(1) if u * (meant + image * image_scale * visibility * audience) < meant else i64(0)


@rule
def is_worth(
    value: f32, worded: i64, specificity: f32, sincere: i64, found_out: i64, performative_quality: f32, tie: f32
) -> f32:
    """Value of a gift: v·specificity·tie; performed ones carry a share of it, those found out nothing.

    Assumption.
    """
    quality = _ONE if sincere == i64(1) else (_ZERO if found_out == i64(1) else performative_quality)
    return value * (specificity if worded == i64(1) else _ONE) * quality * tie


@rule
def moves(u: f32, warmth: f32, prompt: f32, habit: f32, gift: f32, norm: f32, item: f32, need: f32) -> i64:
    """What moved an act: 0 the giver, 1 the gift received, 2 the item; drawn by the positive parts of the log-odds."""
    own = max(warmth + prompt, _ZERO) + max(habit, _ZERO)
    given, seen = max(gift, _ZERO), max(norm, _ZERO) + max(item, _ZERO) + max(need, _ZERO)
    goal = u * (own + given + seen)
    return i64(1) if goal < given else (i64(2) if goal < given + seen else i64(0))


# --- receive -----------------------------------------------------------------------------------------------------


@rule
def warms(gratitude: f32, gift: f32, gift_scale: f32) -> f32:
    """Gratitude grows by a gift: G + (1−G)·min(1, gift/v_ref)."""
    return gratitude + (_ONE - gratitude) * min(_ONE, gift / gift_scale)


@rule
def chills(gratitude: f32, tie: f32, hostile_weight: f32, hostile_value: f32, gift_scale: f32) -> f32:
    """A hostile act takes more than a kind one gives: max(0, G − λ(1+G)·v_h·tie/v_ref). Sign: Gray et al. 2014."""
    return max(_ZERO, gratitude - hostile_weight * (_ONE + gratitude) * hostile_value * tie / gift_scale)


@rule
def answers_need(need: f32, gift: f32) -> f32:
    """What a need still asks for after an answer; at least 0, which closes it."""
    return max(need - gift, _ZERO)


# --- settle ------------------------------------------------------------------------------------------------------


@rule
def learns(
    reward: f32, glow: f32, effort: f32, score: f32, day_mean: f32, posts: f32, acknowledgement: f32,
    gain: f32, loss: f32,
) -> f32:  # fmt: skip
    """Rescorla-Wagner, once per own act: Q + α±·(r − Q), r = glow − effort + ack·min(score/posts, 3).

    Learning rates for better and for worse than expected differ (Turner et al. 2025). The value received is already
    in gratitude and not counted again.
    """
    error = glow - effort + acknowledgement * min(score * day_mean / posts, f32(3)) - reward
    return reward + (gain if error > _ZERO else loss) * error


@rule
def tires(
    exhaustion: f32, exhaustion_left: f32, effort: f32, load: f32, day_mean: f32, hurt: f32, thanks: f32,
    needs: f32, effort_cost: f32, load_cost: f32, hurt_cost: f32, thanks_relief: f32, need_cost: f32,
) -> f32:  # fmt: skip
    """Exhaustion fades and grows: E·left + (φ1 + φ2·load)·effort + ξ·hurt − χ·thanks + .01·needs, within 0..1.

    Helping tires at a growing rate and thanks restore (signs: Lanaj et al. 2016).
    """
    strain = (effort_cost + load_cost * load * day_mean) * effort + hurt_cost * hurt + need_cost * needs
    return min(max(exhaustion * exhaustion_left + strain - thanks_relief * thanks, _ZERO), _ONE)


@rule
def burns_out(exhaustion: f32, exhaustion_mean: f32, burnout_dt: f32, burnout_onset: f32) -> f32:
    """Chance to burn out this tick: hazard burnout_rate·((E−E0)/(1−E0))₊. Assumption."""
    return chance(burnout_dt * max(_ZERO, (exhaustion * exhaustion_mean - burnout_onset) / (_ONE - burnout_onset)))


@rule
def comes_back(exhaustion: f32, exhaustion_mean: f32, recovery_chance: f32, recovery_level: f32) -> f32:
    """Chance to come back this tick: constant once exhaustion is below a level. Assumption."""
    return recovery_chance if exhaustion * exhaustion_mean < recovery_level else _ZERO


@rule
def has_hard_day(u: f32, need: f32) -> f32:
    """The open need after a hard day: size 1 + (u − ½), unless a larger one is open already."""
    return max(need, _HALF + u)


@rule
def feels(
    wellbeing: f32, baseline: f32, wellbeing_share: f32, received: f32, glow: f32, need: f32, hurt: f32,
    wellbeing_received: f32, wellbeing_glow: f32, wellbeing_need_dt: f32, wellbeing_hurt: f32,
) -> f32:  # fmt: skip
    """Well-being returns to its baseline, rises with value received and glow, falls with open need and hurt.

    W + share·(W_i − W) + (1−W)(1 − e^(−received − glow)) − W(1 − e^(−need − hurt)), terms scaled. Curry et al. 2018.
    """
    rise = -expm1(-max(wellbeing_received * received + wellbeing_glow * glow, _ZERO))
    fall = -expm1(-(wellbeing_need_dt * need + wellbeing_hurt * hurt))
    moved = wellbeing + wellbeing_share * (baseline - wellbeing) + (_ONE - wellbeing) * rise - wellbeing * fall
    return min(max(moved, _ZERO), _ONE)


@rule
def happens(u: f32, probability: f32) -> i64:
    """1 if an event of this probability happens."""
    return i64(1) if u < probability else i64(0)


@rule
def grows_older(age: f32, dt: f32, shown: i64) -> f32:
    """Days since the last visible act: the last of k acts at uniform times in the tick is dt/(k + 1) old at its end."""
    return dt / f32(shown + i64(1)) if shown > i64(0) else min(age + dt, f32(1e6))


@rule
def remembers(memory: f32, left: f32, today: f32) -> f32:
    """A trailing memory: what is left of it, and what today added."""
    return fades(memory, left) + today


# --- publish -----------------------------------------------------------------------------------------------------


@rule
def is_kind(shown: f32, read: f32) -> f32:
    """Published kindness, 0..1: visible kind acts per item read, trailing day."""
    return min(shown / max(read, f32(0.05)), _ONE)


@rule
def is_liked(score: f32, day_mean: f32, posts: f32) -> f32:
    """Visible gestures received per item offered: min(1, score/posts), score averaged over the coming tick."""
    return min(score * day_mean / posts, _ONE)


@rule
def is_helped(answers: f32, day_mean: f32, need: f32) -> f32:
    """How far an open need was answered in the last day: min(1, answers/need)."""
    return min(answers * day_mean / need, _ONE) if need > _ZERO else _ZERO


@rule
def is_sour(scorn: f32, score: f32, day_mean: f32) -> f32:
    """Hostile share of what was received in the last day, H/(H + K + .5). Cheng et al. 2017."""
    return scorn * day_mean / ((scorn + score) * day_mean + _HALF)
