"""Figures for every eye: lines are told apart in grey and by colour-blind people, and every SVG says what it shows."""

from __future__ import annotations

import itertools
import math
import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest
import studies
from matplotlib.colors import to_hex, to_rgb
from test_plots import LONG, boxes, everyday, overlapping

from sim.lab import robust
from sim.lab.describe import describe
from sim.lab.reproduction import Reproduction
from sim.lab.results import Results
from sim.lab.study import Study
from sim.lab.sweep import sweep
from sim.model.law.settings import NetworkSettings
from sim.model.network.networks import build
from sim.studio import arms_figure, crowd, network_figure, plots, ripple_figure, robust_figure, study_figure, style
from sim.studio.report import charts

APART = 0.12  # of grey levels 0..1, of lines and marks that differ in nothing else
SVG = "{http://www.w3.org/2000/svg}"
# Deuteranopia in linear RGB: Machado, Oliveira & Fernandes (2009), severity 1.0.
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
)


def linear(colour) -> np.ndarray:
    """Linear RGB of a colour."""
    c = np.array(to_rgb(colour))
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def lightness(rgb: np.ndarray) -> float:
    """0..1, CIE L* of linear RGB: how light its grey is."""
    y = float(np.clip(rgb, 0, 1) @ [0.2126, 0.7152, 0.0722])
    return (116 * y ** (1 / 3) - 16) / 100 if y > 216 / 24389 else y * 24389 / 27 / 100


def told_apart(one, other) -> bool:
    """Do two looks (colour, dashes, marker, filled) differ in shape, or in grey to every eye?"""
    if one[1:] != other[1:]:
        return True
    greys = [(lightness(linear(look[0])), lightness(DEUTERANOPIA @ linear(look[0]))) for look in (one, other)]
    return all(abs(a - b) >= APART for a, b in zip(*greys, strict=True))


def looks(axes) -> list[tuple]:
    """The looks of the bold lines and the marks of a panel, each once."""
    found = []
    for line in axes.get_lines():
        marker = line.get_marker() not in (None, "None", "", " ")
        told = len(line.get_xdata()) > 2 or marker
        if told and (line.get_linewidth() >= 1.8 or marker) and (line.get_alpha() or 1) == 1:
            filled = to_hex(line.get_markerfacecolor()) != to_hex(style.PAPER) if marker else True
            shape = line.get_marker() if marker else ""
            found.append((to_hex(line.get_color()), str(line._unscaled_dash_pattern), shape, filled))
    return list(dict.fromkeys(found))


def mixed_up(figure) -> list[tuple]:
    """Pairs of looks within one panel that are told apart by hue only."""
    return [
        pair for axes in figure.axes for pair in itertools.combinations(looks(axes), 2)
        if pair[0][0] != pair[1][0] and not told_apart(*pair)
    ]  # fmt: skip


def ripples() -> list[Reproduction]:
    course = np.random.default_rng(3).normal(0.02, 0.02, (4, 9, 4))
    return [Reproduction(form, True, 40, course + shift) for form, shift in (("contagion", 0), ("net", 0.01))]


def settings(n: int = 5) -> pd.DataFrame:
    middle = np.linspace(1, -1, n)
    verdict = ["holds", "holds", "unclear", "turns", "turns"]
    table = pd.DataFrame({"difference": middle, "low": middle - 0.4, "high": middle + 0.4})
    return table.assign(setting=[LONG[:70] if k == 2 else f"beta need {k}" for k in range(n)], verdict=verdict)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """A study of six arms along two levels."""
    arms = {"as_it_is": {}, **{f"reminder_{k}": {"rules.prompt": k / 10} for k in range(1, 6)}}
    points = [{"rules.burnout_rate": rate} for rate in (0.03, 0.3)]
    study = Study("six", "?", "everyday", points, arms, 2, ("kind_acts", "resting"))
    sweep(studies.plan(study), tmp_path_factory.mktemp("six") / "study", workers=1)
    return Results(tmp_path_factory.getbasetemp() / "six0" / "study")


def figures(results):
    """Every figure with several lines or marks in a panel, by name."""
    cloud = pd.DataFrame({"arm": list("abc") * 4, "extra_cost": range(12), "extra_effect": range(12)})
    ends = {f"{what}_{end}": 1.0 for what in ("cost", "effect") for end in ("low", "high")}
    means = pd.DataFrame([{"arm": arm, "cost": k, "effect": k, **ends} for k, arm in enumerate("abc")])
    curve = pd.DataFrame([{"arm": a, "willingness": w, "worth": w / 9} for a in "abc" for w in range(9)])
    return {
        "run": plots.run_figure(everyday(), title="everyday", question="?"),
        "study": study_figure.study_figure(results, ["kind_acts", "resting"], "burnout_rate"),
        "robust": robust_figure.robust_figure(settings(), robust.Headline("kind_acts", "a"), "x", "b"),
        "ripple": ripple_figure.ripple_figure(ripples(), "everyday"),
        "plane": charts.plane(cloud, means, "kind acts", "EUR"),
        "acceptability": charts.acceptability(curve, "kind act", "EUR"),
    }


def test_lines_are_told_apart_without_their_hue(results):
    with style.dressed():
        made = figures(results)
    seen = {name: sum(len(looks(axes)) for axes in figure.axes) for name, figure in made.items()}
    assert min(seen.values()) >= 2, seen
    assert {name: mixed_up(figure) for name, figure in made.items() if mixed_up(figure)} == {}


def test_two_lines_that_differ_in_hue_only_are_found(results, monkeypatch):
    """Broken twin: all arms in full lines."""
    monkeypatch.setattr(study_figure, "LOOKS", tuple((colour, "-") for colour, _ in arms_figure.LOOKS))
    with style.dressed():
        assert mixed_up(study_figure.study_figure(results, ["kind_acts"], "burnout_rate"))


def test_the_looks_of_arms_are_all_different():
    pairs = itertools.combinations([(colour, str(dashes), "", True) for colour, dashes in arms_figure.LOOKS], 2)
    assert all(told_apart(*pair) for pair in pairs)


def test_stacked_layers_and_moods_keep_their_order_in_grey():
    """Neighbours in a stack are of different grey; moods by size, too, and the tired are hollow."""
    for colours in (style.EMBERS, [colour for _, colour in plots.CAUSES.values()]):
        for eye in (np.eye(3), DEUTERANOPIA):
            greys = [lightness(eye @ linear(colour)) for colour in colours]
            assert np.diff(greys).min() > 0.04
    sizes = [size for _, size in crowd.MOODS[:4]]
    assert sizes == sorted(set(sizes))


def test_every_svg_says_what_it_shows(results, tmp_path):
    network = build(NetworkSettings(kind="ring", people=20, degree=4.0))
    network_figure.draw_network(network, describe(network), tmp_path / "network.svg")
    ripple_figure.draw_ripple(ripples(), "善意 & <b>", tmp_path / "a ripple.svg")
    robust_figure.draw_robust(settings(), robust.Headline("kind_acts", "a"), title="x", control="b", folder=tmp_path)
    study_figure.draw_study(results, tmp_path)
    for path in sorted(tmp_path.glob("*.svg")):
        root = ElementTree.parse(path).getroot()
        title, said = root.find(SVG + "title"), root.find(SVG + "desc")
        assert root.get("role") == "img"
        assert root.get("aria-labelledby").split() == [title.get("id"), said.get("id")]
        assert title.text.strip()
        assert len(said.text.split()) > 4
    assert len(list(tmp_path.glob("*.svg"))) == 4


@pytest.mark.filterwarnings("ignore:Glyph")
@pytest.mark.parametrize("name", ["robust", "ripple", "long ripple", "plane", "strips", "other scripts"])
def test_no_text_is_clipped_or_on_top_of_another(name):
    row = {"difference": 0.1, "low": -0.1, "high": 0.3, "clear": False, "pairs": 4}
    names = {"strips": [LONG, "w" * 90, "a"], "other scripts": ["善意は広がるのか" * 9, "доброта", "طيبة"]}
    with style.dressed():
        if name == "robust":
            figure = robust_figure.robust_figure(settings(), robust.Headline("kind_acts", LONG[:90]), LONG, "b")
        elif "ripple" in name:
            figure = ripple_figure.ripple_figure(ripples(), LONG if "long" in name else "everyday")
        elif name == "plane":
            figure = figures_of_costs(LONG[:60])
        else:
            figure = charts.differences("kind_acts", [(one, row) for one in names[name]])
        figure.canvas.draw()
        hide_ticks_out_of_sight(figure)
        found = boxes(figure)
    width, height = figure.canvas.get_width_height()
    outside = [text for text, box in found if min(box.x0, box.y0, width - box.x1, height - box.y1) < -1]
    assert outside == []
    assert overlapping(found) == []


def hide_ticks_out_of_sight(figure) -> None:
    """Matplotlib keeps labels beyond the ends of an axis, which it does not draw."""
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        seen = {id(tick) for tick in axis._update_ticks()}
        for tick in axis.get_major_ticks():
            tick.label1.set_visible(id(tick) in seen)


def figures_of_costs(name: str):
    cloud = pd.DataFrame({"arm": [name] * 3, "extra_cost": [1.0, 2, 3], "extra_effect": [-1.0, 0, 1]})
    ends = {"cost_low": math.nan, "cost_high": math.nan, "effect_low": -2.0, "effect_high": 2.0}
    means = pd.DataFrame([{"arm": name, "cost": 2.0, "effect": 0.0, **ends}])
    return charts.plane(cloud, means, "kind acts", "EUR")


@pytest.mark.parametrize("people", [1, 5, 60])
def test_networks_without_ties_and_of_many_groups_are_drawn(tmp_path, people):
    groups = {
        "kind": "communities",
        "people": people,
        "degree": 0.0 if people < 60 else 4.0,
        "communities": min(people, 18),
    }
    network = build(NetworkSettings.model_validate(groups))
    path = network_figure.draw_network(network, describe(network), tmp_path / "network.png")
    assert path.stat().st_size > 5000
