"""For users of Mesa: our network as a component of `SolaraViz`, and a page of a scenario to run with Solara.

# app.py, started with `solara run app.py`
from sim.studio.mesa_viz import page
page = page("everyday")
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.lab.errors import extra
from sim.studio import crowd, plots, style
from sim.studio.layout import drawn_ties, layout
from sim.studio.mood import Moods

if TYPE_CHECKING:
    from sim.model.kindness import KindnessModel

EXTRA = "mesa-viz"
WIDE, TALL, KEY = 6.4, 3.9, 1.35  # inches: the crowd, and the key below it; as broad as a cell of the page
SHOWN = {"kind_acts": style.KIND, "wellbeing": style.INK, "resting": style.TIRED}
LEVERS = {  # label, most, step; all begin at 0
    "rules__prompt": ("Reminders to be kind", 1.0, 0.1),
    "rules__notice": ("How often a hard day is noticed", 1.0, 0.05),
    "rules__burnout_rate": ("How fast people burn out", 0.5, 0.02),
}


class Crowd:
    """The moods of a model, and its picture; from when it is made it follows every step of the model."""

    def __init__(self, model: KindnessModel) -> None:
        self.world, self.moods = model.world, Moods(model.world)
        self.places, ties = layout(self.world.network), drawn_ties(self.world.network)
        self.ties = crowd.ties_image(self.places, ties, TALL)
        step = model.step

        def followed() -> None:
            step()
            self.moods.watch(self.world)

        setattr(model, "step", followed)  # noqa: B010 - Mesa, too, puts a step of its own over a model's

    def figure(self) -> Figure:
        """The network as it is now, and the key."""
        with style.dressed():
            figure = Figure(figsize=(WIDE, TALL + KEY), facecolor=style.PAPER)
            FigureCanvasAgg(figure)
            people = crowd.stage(plots.place(figure, 0, KEY, WIDE, TALL), self.places, self.ties)
            crowd.dress(people, self.moods.levels, crowd.radius(self.world.people))
            crowd.draw_key(plots.place(figure, 0.6, 0.05, WIDE - 0.8, KEY - 0.1), self.moods.legend, 10)
            return figure


def network_component() -> Callable[[KindnessModel], Any]:
    """A component for `SolaraViz(model, components=[network_component()])`: people by mood on their ties.

    BadInput where Solara is not installed.
    """
    solara = extra("solara", EXTRA)
    seen: list[tuple[KindnessModel, Crowd]] = []

    def network(model: KindnessModel) -> Any:
        if not seen or seen[0][0] is not model:
            seen[:] = [(model, Crowd(model))]
        return solara.FigureMatplotlib(seen[0][1].figure(), dependencies=[model.world.tick, id(model)])

    return network


def page(
    scenario: str | Path = "everyday",
    settings: Mapping[str, Any] | None = None,
    outcomes: Sequence[str] = tuple(SHOWN),
    people: int = 300,
) -> Any:
    """A `SolaraViz` of a scenario: the network, a plot of outcomes, and its main levers as sliders.

    settings : by dotted key, {"rules.burnout_rate": 0.1}; people : how many, for a page that answers at once

    BadInput where Solara is not installed, or for a scenario that does not fit.
    """
    extra("solara", EXTRA)
    from mesa.visualization import SolaraViz, make_plot_component

    from sim.lab.scenario import Override, check
    from sim.model.kindness import KindnessModel

    changes = {"network.people": people, **(settings or {})}
    loaded = check(scenario, [Override(tuple(key.split(".")), value, "settings") for key, value in changes.items()])
    plots_of = [make_plot_component({name: SHOWN.get(name, style.SOFT)}) for name in outcomes]
    model = KindnessModel(loaded.settings)
    parts = [network_component(), *plots_of]
    params = {"settings": loaded.settings, **levers(loaded)}
    return SolaraViz(model, components=parts, model_params=params, name=loaded.settings.name.replace("_", " "))


def levers(loaded: Any) -> dict[str, Any]:
    """Sliders of the main levers, which begin where the scenario has them; they count from the next reset on."""
    slider = extra("mesa.visualization", EXTRA).Slider
    found = {}
    for key, (label, most, step) in LEVERS.items():
        here = loaded.settings
        for part in key.split("__"):
            here = getattr(here, part)
        found[key] = slider(label, value=float(here), min=0.0, max=max(most, float(here)), step=step)
    return found
