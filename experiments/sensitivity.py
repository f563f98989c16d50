"""Which of the parameters that no study pins down move everyday kindness? Morris screening over all of them."""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib.pyplot as plt

from sim import screened, screening, sweep, unpinned

OUTCOMES = ("kind_acts", "needs_met", "resting")


def main() -> None:
    small = "--small" in sys.argv
    folder = Path(sys.argv[sys.argv.index("-o") + 1]) if "-o" in sys.argv else Path("results/sensitivity")
    factors, trajectories = unpinned("everyday"), 4 if small else 20
    study = screening("everyday", factors, OUTCOMES, trajectories=trajectories, replicates=1 if small else 2)
    found = sweep(
        study, {"network.people": 60 if small else 500, "days": 10.0 if small else 90.0}, folder=folder / "study"
    )
    table = screened(study, found.runs, factors, trajectories=trajectories)
    table.to_csv(folder / "summary.csv", index=False, float_format="%.5g")
    figure, panels = plt.subplots(1, len(OUTCOMES), figsize=(13, 4.5), layout="constrained", sharey=True)
    order = list(table[table["outcome"] == OUTCOMES[0]].sort_values("mu_star")["factor"])
    for axes, outcome in zip(panels, OUTCOMES, strict=True):
        rows = table[table["outcome"] == outcome].set_index("factor").loc[order]
        names = [key.rpartition(".")[2].replace("_", " ") for key in order]
        axes.hlines(names, rows["low"], rows["high"], color="#0072B2", lw=2)
        axes.plot(rows["mu_star"], names, "o", color="#0072B2")
        axes.set_title(outcome.replace("_", " "))
        axes.set_xlabel("mean size of an elementary effect, μ*")
        axes.grid(axis="x", color="#E6E8EA")
    figure.savefig(folder / "study.png", dpi=130)
    print(table.sort_values(["outcome", "mu_star"], ascending=False).to_string(index=False))


if __name__ == "__main__":
    main()
