"""The stage in a real browser: what it paints, what it picks, when it rests, and how many frames it makes."""

from __future__ import annotations

import browser as browsers
import pytest
import worlds

from sim.model.law.settings import NetworkSettings
from sim.model.network.networks import build
from sim.studio.layout import drawn_ties, layout
from sim.studio.page import joined

MODULES = ("palette.js", "crowd.js", "sparks.js", "stage.js")
BEGIN = """([places, ties, theme, wide, tall]) => {
  document.body.style.margin = 0;
  const canvas = document.createElement('canvas');
  canvas.style.cssText = `display: block; width: ${wide}px; height: ${tall}px`;
  document.body.append(canvas);
  window.stage = createStage(canvas, { places: Float32Array.from(places), ties: Uint32Array.from(ties), theme });
  window.pixels = () => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  window.count = (colour) => { const d = pixels(); let n = 0;
    const c = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    for (let i = 0; i < d.length; i += 4) n += d[i] === c[0] && d[i + 1] === c[1] && d[i + 2] === c[2];
    return n; };
  window.print = () => { let h = 0; for (const v of pixels()) h = (Math.imul(h, 31) + v) | 0; return h; };
  stage.draw(0);
}"""
FOUR = [-1, -1, 1, -1, -1, 1, 1, 1]
KIND, TIRED, MARK = "#d55e00", "#0072b2", "#23282d"

pytestmark = browsers.needs_browser()


@pytest.fixture
def shown(browser):
    """A stage of four people in the corners, the first two tied."""
    with browsers.page_at(browser, "about:blank") as page:
        yield begun(page, FOUR, [0, 1])


def begun(page, places, ties, theme="light", size=(600, 400)):
    page.evaluate(f"() => {{ {joined(MODULES)}; Object.assign(window, {{ createStage, palette }}); }}")
    page.evaluate(BEGIN, [places, ties, theme, *size])
    return page


def test_moods_are_painted_and_tired_people_are_hollow(shown):
    assert shown.evaluate("count('#d55e00')") == 0
    shown.evaluate("stage.show(Uint8Array.of(2, 0, 0, 0)); stage.draw(1)")
    full = shown.evaluate(f"count('{KIND}')")
    shown.evaluate("stage.show(Uint8Array.of(4, 0, 0, 0)); stage.draw(2)")
    ring = shown.evaluate(f"count('{TIRED}')")
    assert 0 < ring < full
    sizes = []
    for mood in (5, 0, 2, 3):
        shown.evaluate(f"stage.show(new Uint8Array(4).fill({mood})); stage.draw(3)")
        sizes.append(shown.evaluate(f"count(palette('light').moods[{mood}].colour)"))
    assert sizes == sorted(sizes), "the kinder, the larger"


def test_people_are_picked_where_they_stand(shown):
    corners = ((22, 22), (578, 25), (22, 378), (570, 378))
    assert [shown.evaluate(f"stage.pick({x}, {y})") for x, y in corners] == [0, 1, 2, 3]
    assert shown.evaluate("stage.pick(300, 200)") == -1


def test_acts_run_fade_and_leave_no_trace(shown):
    rest = shown.evaluate("print()")
    assert shown.evaluate("stage.draw(10)") is False
    shown.evaluate("stage.flash(Uint32Array.of(0, 3, 1, 2))")
    assert shown.evaluate("stage.draw(1000)") is True
    shown.evaluate("stage.draw(1300)")
    assert shown.evaluate("print()") != rest
    assert shown.evaluate("stage.draw(9000)") is False
    assert shown.evaluate("print()") == rest


def test_readers_who_asked_for_less_motion_see_no_strokes(browser):
    with browsers.page_at(browser, "about:blank", reduced_motion="reduce") as page:
        begun(page, FOUR, [])
        rest = page.evaluate("print()")
        page.evaluate("stage.flash(Uint32Array.of(0, 3))")
        assert page.evaluate("stage.draw(100)") is False
        assert page.evaluate("print()") == rest


def test_a_chosen_person_is_marked_until_nobody_is(shown):
    rest = shown.evaluate("print()")
    shown.evaluate("stage.select(0, Uint32Array.of(1)); stage.draw(1)")
    assert shown.evaluate(f"count('{MARK}')") > 0
    shown.evaluate("stage.select(-1); stage.draw(2)")
    assert shown.evaluate("print()") == rest


def test_a_ripple_shows_degrees_and_goes_again(shown):
    rest = shown.evaluate("print()")
    shown.evaluate("stage.ripple(Uint8Array.of(1, 2, 0, 200)); stage.draw(1)")
    found = shown.evaluate("palette('light').degrees.map((colour) => count(colour) > 0)")
    assert found == [True, True, True, False, False, False, True]
    shown.evaluate("stage.ripple(null); stage.draw(2)")
    assert shown.evaluate("print()") == rest


def test_size_density_and_theme_may_change(browser):
    with browsers.page_at(browser, "about:blank", device_scale_factor=2) as page:
        begun(page, FOUR, [0, 1], "dark")
        assert page.evaluate("[document.querySelector('canvas').width, count('#14181c') > 0]") == [1200, True]
        page.evaluate("document.querySelector('canvas').style.width = '300px'; stage.resize(); stage.draw(1)")
        assert page.evaluate("document.querySelector('canvas').width") == 600
        assert page.evaluate("stage.pick(278, 22)") == 1
        page.evaluate("stage.theme('light'); stage.draw(2)")
        assert page.evaluate("[count('#14181c'), count('#ffffff') > 0]") == [0, True]
        page.evaluate("stage.destroy()")


@pytest.mark.parametrize("places", [[], [0, 0]])
def test_nobody_and_one_person(browser, places):
    with browsers.page_at(browser, "about:blank") as page:
        begun(page, places, [])
        page.evaluate("stage.select(-1); stage.flash(new Uint32Array(0)); stage.draw(1)")
        assert page.evaluate("stage.pick(300, 200)") == len(places) // 2 - 1
        assert page.troubles == []


def test_a_canvas_too_small_to_see_breaks_nothing(browser):
    with browsers.page_at(browser, "about:blank") as page:
        begun(page, FOUR, [0, 1], size=(0, 0))
        page.evaluate("document.querySelector('canvas').style.width = '3px'; stage.resize(); stage.draw(1)")
        assert page.troubles == []


PLAYED = """async (people) => {
  let seed = 1; const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const any = () => [0, 0, 1, 1, 2, 2, 2, 3, 4][Math.floor(random() * 9)];
  const moods = Uint8Array.from({ length: people }, any);
  const acts = new Uint32Array(4000);
  let frames = 0; let work = 0; const began = performance.now();
  await new Promise((done) => { const frame = (now) => {
    if (frames % 3 === 0) {
      for (let i = 0; i < people / 20; i += 1) moods[Math.floor(random() * people)] = any();
      for (let i = 0; i < acts.length; i += 1) acts[i] = Math.floor(random() * people);
      stage.show(moods); stage.flash(acts);
    }
    const from = performance.now(); stage.draw(now); work += performance.now() - from; frames += 1;
    if (now - began < 4000) requestAnimationFrame(frame); else done();
  }; requestAnimationFrame(frame); });
  return [frames / (performance.now() - began) * 1000, work / frames];
}"""


@pytest.mark.slow
@pytest.mark.parametrize("people", [2_000, 10_000, 100_000])
def test_frames_a_second(browser, people):
    network = build(NetworkSettings(kind="communities", people=people, degree=10))
    with browsers.page_at(browser, "about:blank") as page:
        begun(page, layout(network).ravel().tolist(), drawn_ties(network).ravel().tolist(), size=(1400, 900))
        frames, work = page.evaluate(PLAYED, people)
        print(f"{people:,} people, new moods every third frame: {frames:.0f} frames/s, {work:.1f} ms of work each")
        assert page.troubles == []


def test_what_layout_gives_is_what_the_stage_takes(browser):
    network = worlds.ring(40)
    with browsers.page_at(browser, "about:blank") as page:
        begun(page, layout(network).ravel().tolist(), drawn_ties(network).ravel().tolist())
        page.evaluate("stage.show(new Uint8Array(40).fill(2)); stage.draw(1)")
        assert page.evaluate(f"count('{KIND}')") > 40 * 20
