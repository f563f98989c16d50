"""Which of the parameters that no study pins down move everyday kindness? Morris screening over all of them."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

from sim import dressed, screened, screening, script_arguments, sweep, unpinned

OUTCOMES = {
    "kind_acts": "kind acts per person and day",
    "needs_met": "share of needs met",
    "resting": "share burned out",
}


def draw(table: pd.DataFrame, title: str, folder: Path) -> None:
    figure, panels = plt.subplots(1, len(OUTCOMES), figsize=(13, 5), layout="constrained", sharey=True)
    order = list(table[table["outcome"] == "kind_acts"].sort_values("mu_star")["factor"])
    names = [key.rpartition(".")[2].replace("_", " ") for key in order]
    for axes, (outcome, words) in zip(panels, OUTCOMES.items(), strict=True):
        rows = table[table["outcome"] == outcome].set_index("factor").loc[order]
        axes.hlines(names, rows["low"], rows["high"], color="#0072B2", lw=2)
        axes.plot(rows["mu_star"], names, "o", color="#0072B2")
        axes.set(title=words, xlabel="elementary effect μ*, 95 % interval")
        axes.grid(axis="x")
    figure.suptitle(title, weight="bold", size=13, x=0.01, ha="left")
    for ending in ("png", "svg"):
        figure.savefig(folder / f"study.{ending}", dpi=130)


def main() -> None:
    small, folder = script_arguments("sensitivity")
    factors, trajectories = unpinned("everyday"), 4 if small else 20
    study = screening("everyday", factors, tuple(OUTCOMES), trajectories=trajectories, replicates=1 if small else 2)
    found = sweep(
        study, {"network.people": 60 if small else 500, "days": 10.0 if small else 90.0}, folder=folder / "study"
    )
    table = screened(study, found.runs, factors, trajectories=trajectories)
    table.to_csv(folder / "summary.csv", index=False, float_format="%.5g")
    with dressed():
        draw(
            table,
            f"What moves everyday kindness: effects over the ranges of {len(factors)} unpinned parameters",
            folder,
        )
    print(table.sort_values(["outcome", "mu_star"], ascending=False).to_string(index=False))


if __name__ == "__main__":
    main()
