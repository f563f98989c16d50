"""Trials of learning from rewards: timing after surprises, and the rates that people are given."""

from __future__ import annotations

import numpy as np

from sim.lab.verify import arms
from sim.lab.verify.estimates import Estimate, slope
from sim.lab.verify.trial import Found, Measure, Trial
from sim.model.law import letters
from sim.model.world import World

# Nothing but learning moves a person's readiness, so that a surprise can act through it only.
STEADY = {f"beta_{name}": 0.0 for name in ("gratitude", "norm", "liked", "need", "answered", "exhaustion")} | {
    "thanks_offset": -10.0, "burnout_rate": 0.0,
}  # fmt: skip
BURN_IN, DAYS = 20, 40


def timing(people: int, learning: float = 1.0, **rules: float) -> Found:
    """A8. In ticks of an hour: log time to a person's next act, on how much better the last one went than expected.

    Both standardised within people, at the same expectation. A lab preset: all else that moves readiness is off, so
    that the coefficient is learning's (in the everyday world likes come with gifts, and the regression is not null
    without learning). Acts that share their hour with another are left out. Beside it: a stronger habit (beta_reward
    3) for which likes count three times as much (acknowledgement .3). `learning` multiplies everybody's rates.
    """
    strong = {"beta_reward": 3.0, "acknowledgement": 0.3}
    return {"beta": _timing(people, learning, rules), "strong habit": _timing(people, learning, strong | rules)}


def _timing(people: int, learning: float, rules: dict[str, float]) -> Estimate:
    world = World(arms.scenario(people, {**STEADY, **rules}, dt=arms.HOUR))
    world.columns.learning_gain[:] *= np.float32(learning)
    world.columns.learning_loss[:] *= np.float32(learning)
    arms.stepped(world, 24 * BURN_IN)
    acts = np.concatenate([_surprises(world) for _ in range(24 * DAYS)], axis=1)
    acts = acts[:, np.lexsort((acts[1], acts[0]))]
    again = acts[0, 1:] == acts[0, :-1]
    waited = np.log(np.diff(acts[1])[again])
    person, _, expected, surprise = acts[:, :-1][:, again]
    person = person.astype(np.int64)
    expected, surprise, waited = (_within(x, person) for x in (expected, surprise, waited))
    surprise = surprise - expected * (surprise @ expected) / max(expected @ expected, 1e-9)
    return slope(surprise, waited, person)


def _surprises(world: World) -> np.ndarray:
    """float[4, acts]: who acted alone in the coming hour, when, the reward expected, and the reward beyond that."""
    before, score, c = world.columns.reward.copy(), world.columns.score.copy(), world.levers
    world.step()
    post = world.letters()
    giver = (post[:, 0] & np.uint64(0xFFFFFFFF)).astype(np.int64)
    alone = (post[:, 1] & letters.HOSTILE == 0) & (world.columns.acts_today[giver] == 1)
    giver, place = giver[alone], (post[alone, 1] & np.uint64(15)).astype(np.int64)
    liked = c.acknowledgement * np.minimum(score[giver] * c.day_mean / c.posts, 3)
    reward = world.catalogue.glow[place] - world.catalogue.effort[place] + liked
    return np.stack([giver, np.full(len(giver), world.tick), before[giver], reward - before[giver]])


def _within(x: np.ndarray, person: np.ndarray) -> np.ndarray:
    """Deviations from each person's mean, in standard deviations."""
    apart = x - (np.bincount(person, x) / np.maximum(np.bincount(person), 1))[person]
    return apart / max(apart.std(), 1e-9)


def rates(people: int, **rules: float) -> Found:
    """A9. Medians of the learning rates that people are given; their quartiles are reported beside them."""
    world = World(arms.scenario(people, rules))
    found = {}
    for name, column in {"gain": world.columns.learning_gain, "loss": world.columns.learning_loss}.items():
        for place, share in {"": 0.5, ", lower quartile": 0.25, ", upper quartile": 0.75}.items():
            found[name + place] = _quantile(column, share)
    return found


def _quantile(column: np.ndarray, share: float) -> Estimate:
    """A quantile and its standard error, half the way between the quantiles one standard error of rank off."""
    off = (share * (1 - share) / len(column)) ** 0.5
    low, here, high = np.quantile(column.astype(float), [share - off, share, share + off])
    return Estimate(float(here), float(high - low) / 2)


TRIALS = (
    Trial(
        "A8",
        "post timing on reward prediction error",
        "Turner et al. 2025, Nature Communications",
        (Measure("beta", "β −.0313 (SE .0021)", -0.055, -0.008, "β"),),
        timing,
        20_000,
        2_000,
        "Learning is weaker here than published, and not to be told from 0 unless the expectation is held "
        "equal. A strong habit would be inside, but would move every level of the "
        "everyday world; the defaults stay.",
    ),
    Trial(
        "A9",
        "fitted learning rates",
        "Turner et al. 2025, Nature Communications",
        (
            Measure("gain", "median .016 (.00002–.536)", 2e-5, 0.536, "rate"),
            Measure("loss", "median .100 (.024–.320)", 0.024, 0.32, "rate"),
        ),
        rates,
        20_000,
        20_000,
        "Priors, so the band is the published quartiles. Beta(.103, .284) and Beta(.439, 1.782) would meet all three "
        "quartiles of each; the defaults, Beta(.18, .55) and Beta(.75, 3.2), are less skewed. Rates of the action "
        "(habit) learning have no counterpart in the model.",
    ),
)
