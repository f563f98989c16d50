"""Kindling: how small kind acts spread over social networks.

The public names below are bound when first used, so that importing `sim` is quick.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "KindnessModel": "sim.model.kindness",
    "Person": "sim.model.people.person",
    "World": "sim.model.world",
    "ScenarioSettings": "sim.model.law.settings",
    "Network": "sim.model.network.networks",
    "build": "sim.model.network.networks",
    "from_graph": "sim.model.network.networks",
    "from_ties": "sim.model.network.networks",
    "load": "sim.lab.scenario",
    "Study": "sim.lab.study",
    "Range": "sim.lab.design",
    "grid": "sim.lab.design",
    "latin_hypercube": "sim.lab.design",
    "Results": "sim.lab.results",
    "run": "sim.api",
    "sweep": "sim.api",
    "compare": "sim.api",
    "experiment": "sim.api",
    "script_arguments": "sim.api",
    "Headline": "sim.lab.robust",
    "summary": "sim.api",
    "ripple": "sim.api",
    "replay": "sim.api",
    "calibrate": "sim.api",
    "Calibration": "sim.lab.calibrate",
    "Target": "sim.lab.targets",
    "screening": "sim.lab.sensitivity",
    "screened": "sim.lab.sensitivity",
    "unpinned": "sim.lab.sensitivity",
    "draw_run": "sim.studio.plots",
    "dressed": "sim.studio.style",
}
__all__ = ["__version__", *_HOME]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"sim has no {name}; it has {', '.join(_HOME)}")
    return getattr(import_module(_HOME[name]), name)
