"""What do the five most important levers do to everyday kindness? Prints the table of the README.

Levels are means over days 100-365 of one world of 10,000 people; R is the reproduction number of kindness in its
contagion form (one world without a random 2 % of one day's acts, burnout off, ten seeds, with standard error).
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import mean, stdev

import numpy as np

from sim import ScenarioSettings, World
from sim.model.law import letters

LEVERS = {
    "everyday defaults": {},
    "pay it forward off (`beta_gratitude` 0)": {"beta_gratitude": 0.0},
    "a friendlier first step (`ease` 1)": {"ease": 1.0},
    "a daily reminder (`prompt` .3)": {"prompt": 0.3},
    "twice as many hard days (`hard_day_rate` .1)": {"hard_day_rate": 0.1},
    "every need noticed (`notice` 1)": {"notice": 1.0},
    "burnout three times as likely (`burnout_rate` .3)": {"burnout_rate": 0.3},
}
PEOPLE, DAYS, BURN_IN, RIPPLE, SEEDS = 10_000, 365, 100, 60, range(1, 11)
NAMES = ("kind_acts", "resting", "needs_met", "norm", "wellbeing")


def scenario(rules: dict[str, float], seed: int = 1) -> ScenarioSettings:
    network = {"kind": "scale_free", "people": PEOPLE}
    return ScenarioSettings.model_validate({"seed": seed, "rules": rules, "network": network})


def levels(rules: dict[str, float]) -> list[float]:
    world, rows = World(scenario(rules)), []
    for day in range(DAYS):
        world.step()
        if day >= BURN_IN:
            rows.append([world.outcomes()[name] for name in NAMES])
    return [float(x) for x in np.mean(rows, axis=0)]


def reproduction(rules: dict[str, float], seed: int) -> float:
    """R = T/(1 + T), T = further acts per act that nobody received or saw."""
    world = World(scenario({**rules, "burnout_rate": 0.0}, seed))
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
        r = [reproduction(rules, seed) for seed in SEEDS]
        error = stdev(r) / len(r) ** 0.5
        print(f"| {name} | {acts:.2f} | {resting:.1%} | {met:.2f} | {norm:.2f} | {wellbeing:.2f} ", end="")
        print(f"| {mean(r):.2f} ± {error:.2f} |", flush=True)
