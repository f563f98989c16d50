"""Does calibration find settings again that made a world's own numbers? A check of the method before its use.

The targets are what a world with friction .8 and a hard-day rate of .12 came to; the search knows only these three
numbers and the two ranges.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

from sim import Calibration, Range, Study, Target, calibrate, dressed, grid, script_arguments, sweep

TRUTH = {"rules.friction": 0.8, "rules.hard_day_rate": 0.12}
RANGES = {"rules.friction": Range(0.0, 2.0), "rules.hard_day_rate": Range(0.01, 0.3)}
BANDS = {"kind_acts": 0.03, "needs_open": 0.005, "resting": 0.003}


def draw(trials: pd.DataFrame, folder: Path) -> None:
    figure, axes = plt.subplots(figsize=(7.5, 5.5), layout="constrained")
    dots = axes.scatter(trials["friction"], trials["hard_day_rate"], c=trials["loss"] ** 0.25, cmap="cividis_r", s=40)
    axes.plot(*TRUTH.values(), "+", color="#D55E00", ms=18, mew=3)
    axes.annotate(
        "the truth", tuple(TRUTH.values()), (12, 10), textcoords="offset points", color="#A34300", weight="bold"
    )
    axes.set(xlabel="friction", ylabel="hard-day rate", title="Trials, darker = farther from the targets")
    figure.colorbar(dots, label="loss to the power ¼").outline.set_visible(False)
    for ending in ("png", "svg"):
        figure.savefig(folder / f"study.{ending}", dpi=130)


def main() -> None:
    small, folder = script_arguments("calibration")
    size = {"network.people": 60 if small else 500, "days": 8.0 if small else 60.0}
    truth = Study(
        "truth", "What does the true world come to?", points=grid({key: [value] for key, value in TRUTH.items()}),
        arms={"control": {}}, replicates=2 if small else 8, outcomes=tuple(BANDS),
    )  # fmt: skip
    made = sweep(truth, size, folder=folder / "truth").runs
    targets = tuple(Target(name, value=float(made[name].mean()), within=band) for name, band in BANDS.items())
    asked = Calibration("recovery", "everyday", RANGES, targets, replicates=1 if small else 4)
    fit = calibrate(asked, size, folder=folder / "search", batches=2 if small else 12)
    fit.trials.to_csv(folder / "summary.csv", index=False, float_format="%.5g")
    with dressed():
        draw(fit.trials, folder)
    print(fit.distances.to_string(index=False), fit.best, sep="\n")


if __name__ == "__main__":
    main()
