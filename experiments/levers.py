"""What do the five most important levers do to everyday kindness? Prints the table of the README.

Levels are means over days 100-365 of one world of 10,000 people; R is the reproduction number of kindness in its
contagion form (one world without a random 2 % of one day's acts, burnout off, four seeds).
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import mean

import numpy as np

from sim.model import letters
from sim.model.networks import build
from sim.model.settings import NetworkSettings, RuleSettings, ScenarioSettings
from sim.model.world import World

LEVERS = {
    "everyday defaults": {},
    "pay it forward off (`beta_gratitude` 0)": {"beta_gratitude": 0.0},
    "a friendlier first step (`ease` 1)": {"ease": 1.0},
    "a daily reminder (`prompt` .3)": {"prompt": 0.3},
    "twice as many hard days (`hard_day_rate` .1)": {"hard_day_rate": 0.1},
    "every need noticed (`notice` 1)": {"notice": 1.0},
    "burnout three times as likely (`burnout_rate` .3)": {"burnout_rate": 0.3},
}
PEOPLE, DAYS, BURN_IN, RIPPLE = 10_000, 365, 100, 60
NAMES = ("kind_acts", "resting", "needs_met", "norm", "wellbeing")


def scenario(rules: dict[str, float], seed: int = 1) -> ScenarioSettings:
    return ScenarioSettings(
        seed=seed, rules=RuleSettings(**rules), network=NetworkSettings(kind="scale_free", people=PEOPLE)
    )


def levels(rules: dict[str, float]) -> list[float]:
    world, rows = World(scenario(rules)), []
    for day in range(DAYS):
        world.step()
        if day >= BURN_IN:
            rows.append([world.outcomes()[name] for name in NAMES])
    return [float(x) for x in np.mean(rows, axis=0)]


def reproduction(rules: dict[str, float], seed: int) -> float:
    """R = T/(1 + T), T = further acts per act that nobody received or saw."""
    settings = scenario({**rules, "burnout_rate": 0.0}, seed)
    world = World(settings, build(settings.network, seed))
    for _ in range(BURN_IN // 2):
        world.step()
    with tempfile.TemporaryDirectory() as folder:
        world.save(Path(folder, "before"))
        twin = World.load(Path(folder, "before"))
    twin.browse()
    post = twin.letters()
    chosen = (post[:, 1] & letters.HOSTILE == 0) & (np.random.default_rng(seed).random(len(post)) < 0.02)
    post[chosen, 1] |= letters.VOID
    twin.put_letters(post)
    twin.settle()
    world.step()
    fewer = 0
    for _ in range(RIPPLE):
        world.step()
        twin.step()
        fewer += len(world.letters()) - len(twin.letters())
    further = fewer / chosen.sum()
    return float(further / (1 + further))


if __name__ == "__main__":
    print("| | kind acts a person and day | burned out | needs met | norm | well-being | R |")
    print("|---" * 7 + "|")
    for name, rules in LEVERS.items():
        acts, resting, met, norm, wellbeing = levels(rules)
        r = mean(reproduction(rules, seed) for seed in range(1, 5))
        row = (name, f"{acts:.2f}", f"{resting:.1%}", f"{met:.2f}", f"{norm:.2f}", f"{wellbeing:.2f}", f"{r:.2f}")
        print(f"| {' | '.join(row)} |", flush=True)
