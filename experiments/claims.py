"""Where would the three anecdotes be true? Donations tripled in three weeks, attendance +60 %, delivery +15 %.

A message's push and three parameters are spread (Latin hypercube) far beyond what trials allow, then within the ranges
that their sources give, and there once more with nothing passed on; each point is a pair of worlds.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

from sim import Range, Study, dressed, latin_hypercube, script_arguments, sweep

MESSAGE = {"kind": "broadcast", "name": "done"}
CLAIMS = {  # scenario, outcome, what is told, the message
    "help after a storm": ("storm_recovery", "kind_acts", 3.0, MESSAGE | {"start": 31.0}),
    "attendance": ("two_minute_tip", "attendance", 1.6, MESSAGE),
    "delivery": ("small_wins", "delivery", 1.15, MESSAGE),
}
FACTORS = {  # the range searched, and the range that trials or the parameter's source allow
    "interventions.done.prime": (Range(0.0, 3.0), Range(0.0, 0.7)),
    "rules.beta_gratitude": (Range(0.0, 3.0), Range(0.0, 1.02)),
    "rules.beta_norm": (Range(0.0, 3.0), Range(0.0, 0.82)),
    "rules.burnout_rate": (Range(0.0, 0.3), Range(0.03, 0.3)),
}


def study(name: str, points: int) -> Study:
    scenario, outcome, _, message = CLAIMS[name]
    wide, narrow = ({key: ranges[k] for key, ranges in FACTORS.items()} for k in (0, 1))
    near = latin_hypercube(narrow, points // 2, seed=2)
    return Study(
        name=f"claims_{scenario}", question=f"Where does {name} change as the anecdote says?", scenario=scenario,
        points=[*latin_hypercube(wide, points, seed=1), *near, *({**one, "rules.beta_gratitude": 0.0} for one in near)],
        changes={"interventions": [message]}, arms={"without": {"interventions": []}, "with": {}}, replicates=2,
        outcomes=(outcome,),
    )  # fmt: skip


def ratios(made: Study, outcome: str, people: int, folder: Path) -> pd.DataFrame:
    """One row a point: its factors by their columns; ratio, outcome with the message over that without; allowed."""
    runs = sweep(made, {"network.people": people}, folder=folder / made.name).runs
    found = runs.groupby([*made.columns, "arm"], sort=False)[outcome].mean().unstack("arm").reset_index()
    inside = [found[column].between(FACTORS[key][1].low, FACTORS[key][1].high) for column, key in made.columns.items()]
    return found.assign(ratio=found["with"] / found["without"], allowed=pd.concat(inside, axis=1).all(axis=1))


def draw(axes: plt.Axes, found: pd.DataFrame, name: str, asked: float) -> None:
    for allowed, colour, mark, words in ((False, "#8C949C", ".", "beyond trials"), (True, "#0072B2", "D", "allowed")):
        rows = found[found["allowed"] == allowed]
        axes.plot(rows["prime"], rows["ratio"], mark, color=colour, ms=4 if allowed else 6, label=words)
    axes.axhline(asked, color="#D55E00", lw=2, label=f"told: ×{asked:g}")
    axes.set(title=f"{name[0].upper()}{name[1:]}: up to ×{found['ratio'].max():.2f}", ylabel="with message / without")
    axes.set_xlabel("push of the message, log-odds")


def main() -> None:
    (small, folder), table = script_arguments("claims"), []
    with dressed():
        figure, panels = plt.subplots(1, len(CLAIMS), figsize=(14, 4.8), layout="constrained")
        for axes, (name, (_, outcome, asked, _)) in zip(panels, CLAIMS.items(), strict=True):
            found = ratios(study(name, 8 if small else 96), outcome, 100 if small else 500, folder)
            draw(axes, found, name, asked)
            reached, within = found[found["ratio"] >= asked], found[found["allowed"]]
            told = {"claim": name, "told": asked, "largest": found["ratio"].max(), "points": len(found)}
            told |= {"largest_allowed": within["ratio"].max(), "points_allowed": len(within), "reached": len(reached)}
            told["reached_and_allowed"] = int(reached["allowed"].sum())
            table.append(told | {"largest_nothing_passed_on": found.loc[found["beta_gratitude"] == 0, "ratio"].max()})
        panels[0].legend(frameon=False)
        for ending in ("png", "svg"):
            figure.savefig(folder / f"study.{ending}", dpi=130)
    pd.DataFrame(table).to_csv(folder / "summary.csv", index=False, float_format="%.4g")
    print(pd.DataFrame(table).to_string(index=False))


if __name__ == "__main__":
    main()
