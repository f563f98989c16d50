"""Where would the three anecdotes be true? Donations tripled in three weeks, attendance +60 %, delivery +15 %.

Doses and unpinned parameters are spread far beyond what trials allow (Latin hypercube); each point is a pair of worlds.
A point is allowed where every factor lies in the range that its source gives.
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from sim import Range, Study, latin_hypercube, sweep

# factor: range searched, and the range that trials or the parameter's source allow
CLAIMS = {
    "help after a storm": ("storm_recovery", "kind_acts", 3.0, {"kind": "broadcast", "name": "done", "start": 31.0}),
    "attendance": ("two_minute_tip", "attendance", 1.6, {"kind": "broadcast", "name": "done"}),
    "delivery": ("small_wins", "delivery", 1.15, {"kind": "broadcast", "name": "done"}),
}
FACTORS = {
    "interventions.done.prime": (Range(0.0, 3.0), (0.0, 0.7)),
    "rules.beta_gratitude": (Range(0.0, 3.0), (0.0, 1.02)),
    "rules.beta_norm": (Range(0.0, 3.0), (0.0, 0.82)),
    "rules.burnout_rate": (Range(0.0, 0.3), (0.03, 0.3)),
}


def study(name: str, points: int) -> Study:
    scenario, outcome, _, message = CLAIMS[name]
    spread = latin_hypercube({key: searched for key, (searched, _) in FACTORS.items()}, points, seed=1)
    return Study(
        name=f"claims_{scenario}", question=f"Where does {name} change as the anecdote says?", scenario=scenario,
        changes={"interventions": [message]}, points=spread, arms={"without": {"interventions": []}, "with": {}},
        replicates=2, outcomes=(outcome,),
    )  # fmt: skip


def ratios(name: str, points: int, folder: Path, small: bool) -> tuple[np.ndarray, np.ndarray]:
    """Outcome with the message over that without, one number a point; and whether the point is allowed."""
    made, outcome = study(name, points), CLAIMS[name][1]
    runs = sweep(made, {"network.people": 100} if small else {"network.people": 500}, folder=folder / made.name).runs
    wide = runs.groupby([*made.columns, "arm"], sort=False)[outcome].mean().unstack("arm").reset_index()
    inside = [wide[column].between(*FACTORS[key][1]) for column, key in made.columns.items()]
    return (wide["with"] / wide["without"]).to_numpy(), np.all(inside, axis=0)


def main() -> None:
    small, folder = "--small" in sys.argv, Path("results/claims")
    folder = Path(sys.argv[sys.argv.index("-o") + 1]) if "-o" in sys.argv else folder
    figure, panels = plt.subplots(len(CLAIMS), 1, figsize=(9, 7), layout="constrained")
    lines = ["claim,asked,largest,largest_allowed,points,points_at_claim,allowed_at_claim"]
    for axes, (name, (_, _, asked, _)) in zip(panels, CLAIMS.items(), strict=True):
        ratio, allowed = ratios(name, 8 if small else 128, folder, small)
        best = ratio[allowed].max(initial=np.nan) if allowed.any() else np.nan
        reached = ratio >= asked
        counts = f"{ratio.size},{reached.sum()},{(reached & allowed).sum()}"
        lines.append(f"{name},{asked},{ratio.max():.4g},{best:.4g},{counts}")
        height = np.random.default_rng(0).random(ratio.size)
        axes.scatter(ratio[~allowed], height[~allowed], color="#C8CCD0", s=16, label="beyond what trials allow")
        axes.scatter(ratio[allowed], height[allowed], color="#0072B2", s=26, label="allowed")
        axes.axvline(asked, color="#D55E00", lw=2)
        axes.set(title=f"{name}: told ×{asked:g}, found up to ×{ratio.max():.2f}", yticks=[], xlabel="with / without")
    panels[0].legend(frameon=False)
    figure.savefig(folder / "study.png", dpi=130)
    (folder / "summary.csv").write_text("\n".join(lines) + "\n")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
