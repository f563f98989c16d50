"""The public calls for notebooks and scripts: `run`, `sweep`, `compare`, `ripple`, and `experiment` for whole scripts.

What they return knows `.to_pandas()` and `.plot()`; a notebook shows it as a table.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.lab.comparison import Comparison
from sim.lab.overrides import from_settings
from sim.lab.results import Results
from sim.lab.robust import Headline
from sim.lab.study import Study

if TYPE_CHECKING:
    import pandas as pd

    from sim.lab.calibrate import Calibration, Fit
    from sim.lab.record import Done
    from sim.lab.reproduction import Reproduction

Settings = Mapping[str, Any]  # by dotted key, {"rules.burnout_rate": 0.1}
SMALL: Settings = {"network.people": 120, "days": 12.0}  # of a look at an experiment


@dataclass(frozen=True)
class Runs:
    """Finished runs of one scenario, one per arm and replicate, in memory only."""

    done: Sequence[Done]

    def to_pandas(self) -> pd.DataFrame:
        """One row per run: identity, size, outcomes."""
        import pandas as pd

        return pd.DataFrame([run.identity | run.size | run.summary for run in self.done])

    @property
    def series(self) -> pd.DataFrame:
        """One row per run and tick."""
        import pandas as pd

        return pd.concat([pd.DataFrame(run.frame).assign(**run.identity) for run in self.done], ignore_index=True)

    def plot(self) -> Any:
        """The figure that `kindling run` draws, a matplotlib Figure."""
        from sim.studio import arms_figure, plots, style

        settings = self.done[0].scenario.settings
        with style.dressed():
            if len(self.done) == 1:
                return plots.run_figure(self.done[0].frame, title=settings.name, question=settings.question)
            return arms_figure.arms_figure(self.done, title=settings.name, question=settings.question)

    def _repr_html_(self) -> str:
        return str(self.to_pandas().to_html(index=False, max_cols=16))


class Swept(Results):
    """A study's results, with its figure."""

    def plot(self, outcomes: Sequence[str] = (), x: str = "") -> Any:
        """Outcomes along a factor, arm by arm, as a matplotlib Figure; see `sim.studio.study_figure`."""
        from sim.lab.comparison import headline
        from sim.studio import study_figure, style

        with style.dressed():
            chosen = list(outcomes or headline(self))[: study_figure.MOST]
            return study_figure.study_figure(self, chosen, x or next(iter(self.factors), "arm"))

    def _repr_html_(self) -> str:
        return str(self.runs.to_html(index=False, max_rows=20, max_cols=16))


@dataclass(frozen=True)
class Ripples:
    """Reproduction numbers of a scenario, one for each form."""

    name: str
    forms: Sequence[Reproduction]

    def to_pandas(self) -> pd.DataFrame:
        """One row per form, tick after the act and degree of separation."""
        import pandas as pd

        return pd.concat([one.frame() for one in self.forms], ignore_index=True)

    def plot(self) -> Any:
        """Further acts by day and by degree, as a matplotlib Figure."""
        from sim.studio import style
        from sim.studio.ripple_figure import ripple_figure

        with style.dressed():
            return ripple_figure(self.forms, self.name)


@dataclass(frozen=True)
class Replay:
    """A page that plays a recorded run; a notebook shows it.

    html : the whole page, which needs nothing else
    """

    html: str

    def save(self, path: str | Path) -> Path:
        """Write the page, replacing what is there."""
        from sim.model import disk

        disk.write(Path(path), self.html)
        return Path(path)

    def _repr_html_(self) -> str:
        from html import escape

        frame = "width:100%;height:820px;border:0"
        return f'<iframe srcdoc="{escape(self.html)}" sandbox="allow-scripts" style="{frame}" title="Replay"></iframe>'


def run(
    scenario: str | Path = "everyday",
    settings: Settings | None = None,
    *,
    arms: Sequence[str] = (),
    replicates: int | None = None,
    quiet: bool = False,
) -> Runs:
    """Every arm of a scenario (or those named), in memory.

    >>> table = run("influencers", {"network.people": 100, "days": 10}, quiet=True).to_pandas()
    >>> list(table["arm"])
    ['nobody', 'everyday_people', 'well_followed']
    """
    from sim.lab import experiment as runs
    from sim.lab.progress import progress
    from sim.lab.run import network_of
    from sim.lab.scenario import check

    loaded = check(str(scenario), from_settings(settings or {}))
    chosen = runs.chosen(loaded, arms)
    numbers = runs.replicates(loaded, None if replicates is None else str(replicates))
    with progress(runs.ticks(chosen, numbers), quiet) as advance:
        network = network_of(chosen[0].in_replicate(numbers[0]))
        return Runs(list(runs.runs(chosen, numbers, network, advance=advance)))


def sweep(
    study: Study | str | Path,
    settings: Settings | None = None,
    *,
    replicates: int | None = None,
    folder: str | Path | None = None,
    workers: int | None = None,
    quiet: bool = False,
) -> Swept:
    """Run what a study still lacks, and read its results. The folder is results/NAME if none is given."""
    from sim.lab.conduct import Request, conduct

    output = None if folder is None else Path(folder)
    request = Request(study, tuple(from_settings(settings or {})), replicates, output, workers)
    plan = request.plan()
    return Swept(conduct(request, plan, quiet).folder)


def compare(results: Results | str | Path, outcomes: Sequence[str] = (), control: str | None = None) -> Comparison:
    """The arms of a swept study against its control, run by run."""
    return Comparison.of(results, outcomes, control)


def ripple(
    scenario: str | Path = "everyday",
    settings: Settings | None = None,
    *,
    acts: int = 200,
    replicates: int = 10,
    burnout: bool = True,
    quiet: bool = False,
) -> Ripples:
    """What single kind acts lead to: the reproduction number in both forms, see `sim.lab.reproduction`."""
    from sim.lab.progress import progress
    from sim.lab.reproduction import reproduction
    from sim.lab.scenario import check

    loaded = check(str(scenario), from_settings(settings or {}))
    with progress(replicates * 160, quiet) as advance:
        found = reproduction(loaded, acts, replicates, burnout=burnout, advance=advance)
    return Ripples(loaded.settings.name, found)


def replay(
    scenario: str | Path = "everyday",
    settings: Settings | None = None,
    *,
    arms: Sequence[str] = (),
    quiet: bool = False,
) -> Replay:
    """A run recorded as a page, or two arms of it side by side (the first and the last if none are named)."""
    from sim.lab.scenario import check
    from sim.studio.recording import recorded
    from sim.studio.replay import replay_html

    loaded = check(str(scenario), from_settings(settings or {}))
    return Replay(replay_html(recorded(loaded, arms, quiet=quiet)))


def calibrate(
    asked: Calibration, settings: Settings | None = None, *, folder: str | Path | None = None, batches: int = 8
) -> Fit:
    """Seek settings that bring outcomes to targets, or go on seeking; the folder is results/NAME if none is given."""
    from sim.lab.calibrate import calibrate as sought

    return sought(asked, Path(folder or Path("results", asked.name)), batches, from_settings(settings or {}))


def script_arguments(name: str) -> tuple[bool, Path]:
    """What the command line asks of an experiment's script: `--small` (a look, in seconds), and `-o FOLDER`, which is
    results/NAME (results/NAME_small for a look) if not given."""
    small, given = "--small" in sys.argv[1:], sys.argv[1:]
    named = given[given.index("-o") + 1] if "-o" in given[:-1] else None
    return small, Path(named or Path("results", f"{name}_small" if small else name))


def experiment(study: Study, headline: Headline, outcomes: Sequence[str] = (), x: str = "") -> Swept:
    """What a script in experiments/ does: sweep, write the summary and the figure, print what came of it; then ask
    whether the headline holds over the ranges of the unpinned parameters, with a figure of its own.

    Arguments of the command line: see `script_arguments`.
    """
    from sim.studio.study_figure import draw_study

    small, folder = script_arguments(study.name)
    look = SMALL if small else {}
    chosen = replace(study, replicates=2, name=f"{study.name}_small") if small else study
    found = sweep(chosen, look, folder=folder / "study")
    _written(summary(found, outcomes), folder / "summary.csv")
    draw_study(found, folder, outcomes, x)
    print("\n".join(compare(found, outcomes).words()))
    _robust(chosen, headline, look, folder)
    print(f"Results: {folder}")
    return found


def _robust(study: Study, headline: Headline, look: Settings, folder: Path) -> None:
    """The headline over the ranges of the unpinned parameters: table, figure, one sentence."""
    from sim.lab import robust
    from sim.studio.robust_figure import draw_robust

    around, names = robust.around(study, headline, from_settings(look))
    held = sweep(replace(around, replicates=min(study.replicates, robust.REPLICATES)), look, folder=folder / "robust")
    found = robust.verdicts(compare(held, (headline.outcome,)).table, names, headline.arm)
    _written(found, folder / "robust.csv")
    draw_robust(found, headline, title=study.name, control=held.arms[0], folder=folder)
    print(robust.words(found))


def _written(table: pd.DataFrame, path: Path) -> None:
    from sim.model import disk

    disk.write(path, table.to_csv(index=False, float_format="%.6g"))


def summary(results: Results, outcomes: Sequence[str] = ()) -> pd.DataFrame:
    """One row per point and arm: mean of each outcome and its standard error over replicates."""
    from sim.lab.comparison import headline

    groups = results.runs.groupby([*results.factors, "arm"], sort=False)[list(outcomes or headline(results))]
    table = groups.mean().join(groups.sem().add_suffix("_se"))
    return table.assign(runs=groups.size()).reset_index()
