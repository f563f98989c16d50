"""The figure of one run: files, words for screen readers, odd inputs, and no text clipped or on top of another."""

from __future__ import annotations

import itertools
import math
import xml.etree.ElementTree as ElementTree

import matplotlib
import numpy as np
import pytest

from sim.studio import plots, sentences, style

COLUMNS = [
    "kind_acts", *plots.GESTURES, "norm", "wellbeing", "wellbeing_sd", "exhaustion", "resting", "needs_open",
    "needs_met", "hostile_acts", "gratitude", "participation", *plots.CAUSES,
]  # fmt: skip
SVG = "{http://www.w3.org/2000/svg}"


def everyday(ticks: int = 181, dt: float = 1.0) -> dict[str, list[float | None]]:
    """A made-up run that looks like a real one: a slow rise, a weekly ripple, noise, empty counts on day 0."""
    noise = np.random.default_rng(4)
    days = np.arange(ticks) * dt

    def curve(start: float, end: float, sd: float) -> np.ndarray:
        ripple = 1 + 0.02 * np.sin(days * math.tau / 7)
        return (end + (start - end) * np.exp(-days / 30)) * ripple + noise.normal(0, sd, ticks)

    shares = dict(zip(plots.GESTURES, (0.01, 0.11, 0.09, 0.2, 0.12, 0.47), strict=True))
    total = curve(2.1, 2.68, 0.05)
    levels = {
        "norm": (0.3, 0.34, 0.001), "wellbeing": (0.68, 0.71, 0.002), "wellbeing_sd": (0.1, 0.12, 0.001),
        "exhaustion": (0.2, 0.29, 0.004), "resting": (0.0, 0.031, 0.0005), "needs_open": (0.02, 0.14, 0.004),
        "needs_met": (0.7, 0.65, 0.03), "hostile_acts": (0.013, 0.012, 0.002), "gratitude": (0.2, 0.27, 0.003),
        "participation": (0.7, 0.78, 0.01), "cause_gift": (0.2, 0.24, 0.01), "cause_item": (0.4, 0.41, 0.01),
    }  # fmt: skip
    series = {"kind_acts": total, **{name: total * share for name, share in shares.items()}}
    series |= {name: curve(*level).clip(0) for name, level in levels.items()}
    series["cause_own"] = 1 - series["cause_gift"] - series["cause_item"]
    run: dict[str, list[float | None]] = {"day": days.tolist(), **{k: list(v) for k, v in series.items()}}
    for name in ("kind_acts", *plots.GESTURES, *plots.CAUSES, "needs_met", "hostile_acts", "participation"):
        run[name][0] = None
    return run


def nobody(ticks: int = 31) -> dict[str, list[float | None]]:
    return {"day": list(range(ticks)), **{name: [None] * ticks for name in COLUMNS}}


def constant(value: float, ticks: int = 40) -> dict[str, list[float | None]]:
    return {"day": list(range(ticks)), **{name: [value] * ticks for name in COLUMNS}}


LONG = "a very long name that somebody wrote without thinking of the width of a page and then went on and on " * 2
RUNS = {
    "everyday": (everyday(), "everyday", "Does everyday kindness keep itself alive?"),
    "a long year": (everyday(366), "everyday", ""),
    "two hours": (everyday(49, 1 / 24), "two-hours", "By the hour?"),
    "one tick": ({name: values[5:6] for name, values in everyday().items()}, "one tick", "Why so short?"),
    "day 0 only": ({name: values[:1] for name, values in everyday().items()}, "day 0", "Nothing yet?"),
    "two ticks": ({name: values[:2] for name, values in everyday().items()}, "two ticks", "?"),
    "no ticks": ({name: [] for name in ["day", *COLUMNS]}, "no ticks", "Nothing at all?"),
    "nobody": (nobody(), "nobody", "What does an empty world do?"),
    "zeros": (constant(0.0), "zeros", "Does silence stay silent?"),
    "ones": (constant(1.0), "ones", "What does everything look like?"),
    "most": (constant(51.0), "most", "What does too much look like?"),
    "few columns": ({"day": [0, 1, 2], "kind_acts": [None, 2.0, 3.0]}, "few", "What is missing?"),
    "not finite": (constant(float("nan")), "nan", "?"),
    "long words": (everyday(), LONG, LONG * 3),
    "one endless word": (everyday(), "w" * 300, "m" * 900),
    "other scripts": (everyday(), "Доброта 善意の連鎖 친절 طيبة", "善意は広がるのか、それとも消えるのか。" * 12),
    "markup": (everyday(), "a < b & $c_d$ </title>", "<script> & $x^2"),
}


@pytest.fixture(params=RUNS, ids=lambda name: name.replace(" ", "-"))
def run(request):
    return RUNS[request.param]


def boxes(figure):
    """Every visible text of the page with its box in pixels."""
    renderer = figure.canvas.get_renderer()
    texts = [text for text in figure.findobj(matplotlib.text.Text) if text.get_visible() and text.get_text().strip()]
    return [(text.get_text(), text.get_window_extent(renderer)) for text in texts]


def overlapping(found):
    """Pairs of texts whose boxes share more than a pixel's width of ink."""
    return [
        (one, other)
        for (one, a), (other, b) in itertools.combinations(found, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 2
    ]


def drawn(series, title, question):
    with matplotlib.rc_context(style.look()):
        figure = plots.run_figure(series, title=title, question=question)
        figure.canvas.draw()
        return figure


@pytest.mark.filterwarnings("ignore:Glyph")
def test_no_text_is_clipped_or_on_top_of_another(run):
    figure = drawn(*run)
    found = boxes(figure)
    width, height = figure.canvas.get_width_height()
    assert [text for text, box in found if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height] == []
    assert overlapping(found) == []


@pytest.mark.filterwarnings("ignore:Glyph")
def test_the_check_for_overlaps_catches_one():
    figure = drawn(*RUNS["everyday"])
    figure.text(0.06, 0.9, "something in the way " * 3, size=30)
    assert overlapping(boxes(figure))


@pytest.mark.parametrize("name", ["everyday", "one tick", "no ticks", "other scripts", "markup"])
def test_files_have_a_title_and_a_description(tmp_path, name):
    series, title, question = RUNS[name]
    svg, png = plots.draw_run(series, title=title, question=question, folder=tmp_path / "figures")
    root = ElementTree.parse(svg).getroot()
    assert root.find(SVG + "title").text == title
    assert root.find(SVG + "desc").text.startswith(question.strip())
    assert root.get("role") == "img"
    styles = [text.get("style") for text in root.iter(SVG + "text")]
    assert all("serif" in style.split("font-family")[1] for style in styles)
    assert png.read_bytes().startswith(b"\x89PNG")


def test_the_same_run_gives_the_same_bytes_and_global_settings_stay(tmp_path):
    series, title, question = RUNS["two ticks"]
    before = dict(matplotlib.rcParams)
    pages = [plots.draw_run(series, title=title, question=question, folder=tmp_path / name) for name in "ab"]
    assert [path.read_bytes() for path in pages[0]] == [path.read_bytes() for path in pages[1]]
    assert dict(matplotlib.rcParams) == before


def test_moving_mean_is_centred_and_leaves_gaps():
    series = {"day": list(range(9)), "norm": [0, 0, 0, 7, None, 0, 0, 0, 0]}
    calm = plots.smooth(series, sentences.column(series, "norm"))
    assert calm[0] == pytest.approx(7 / 4)
    assert np.isnan(calm[4])
    assert calm[8] == 0


def test_moving_mean_counts_days_not_ticks():
    series = {"day": (np.arange(24 * 20) / 24).tolist(), "norm": [0.0] * 240 + [1.0] * 240}
    calm = plots.smooth(series, sentences.column(series, "norm"))
    assert calm[240 - 84 - 1] == 0
    assert calm[240 - 84 + 12] > 0


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (2.0, 2.0, "Kindness holds at 2.0 kind acts"),
        (2.0, 3.0, "Kindness grows from 2.0 to 3.0 kind acts"),
        (3.0, 2.0, "Kindness fades from 3.0 to 2.0 kind acts"),
        (3.0, 0.0, "Kindness died out"),
        (0.0, 0.0, "Nobody did a kind act"),
    ],
)
def test_the_headline_says_what_happened(start, end, words):
    series = {"day": list(range(101)), "kind_acts": [0.0, *[start] * 50, *[end] * 50]}
    assert sentences.headline(series).startswith(words)


def test_what_happened_before_day_1_does_not_count():
    assert sentences.headline({"day": [0], "kind_acts": [0.0]}).startswith("There is nothing to count")
    assert np.isnan(sentences.column({"day": [0, 1], "acts_like": [0.0, 0.0]}, "acts_like")[0])


@pytest.mark.parametrize(
    ("share", "words"), [(0.651, "65%"), (0.0312, "3.1%"), (0.0004, "<0.1%"), (0, "0%"), (0.099, "9.9%"), (1, "100%")]
)
def test_shares_in_words(share, words):
    assert sentences.percent(share) == words


@pytest.mark.parametrize(
    ("value", "words"), [(2.68, "2.7"), (12.3, "12"), (0.3, "0.30"), (0.0123, "0.012"), (0, "0"), (1e-5, "<0.001")]
)
def test_amounts_in_words(value, words):
    assert sentences.amount(value) == words


def test_wrapping_respects_words_wide_letters_and_room():
    def columns(n):
        return lambda text: sum(1 + style.wide(letter) for letter in text) <= n

    assert style.wrapped("one two three", columns(7), 3) == ["one two", "three"]
    assert style.wrapped("善意は広がる", columns(6), 3) == ["善意は", "広がる"]
    assert style.wrapped("abcdefgh", columns(3), 2) == ["abc", "de…"]
    assert style.wrapped("", columns(9), 2) == [""]


def test_labels_keep_their_distance_and_their_order():
    moved = style.spread([0.5, 0.51, 0.1, 0.5], 0.1, 0.0, 1.0)
    assert np.diff(sorted(moved)).min() >= 0.1 - 1e-9
    assert moved[2] < min(moved[0], moved[1], moved[3])
    assert min(moved) >= 0
    assert max(moved) <= 1
