"""The live page in a real browser: everything one can do there, by mouse and by keyboard, and how it looks."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from browser import faults, needs_browser, page_at, shot
from pages import serving, small, until

from sim.lab.overrides import override
from sim.lab.run import prepared
from sim.lab.scenario import load
from sim.studio.live.pair import replayed

pytestmark = needs_browser()
READY = "figure canvas"


@pytest.fixture(scope="module")
def server():
    with serving(small(people=120)) as one:
        yield one


@pytest.fixture
def page(browser, server):
    with opened(browser, server) as one:
        yield one
        assert one.troubles == []


def opened(browser, server, size="wide", fragment="", **options):
    """The page, once it has its worlds."""
    return _Opened(page_at(browser, server.address + fragment, size, **options))


class _Opened:
    def __init__(self, context):
        self.context = context

    def __enter__(self):
        page = self.context.__enter__()
        page.wait_for_selector(READY)
        so(page, "document.querySelector('#charts .count')?.textContent")
        return page

    def __exit__(self, *trouble):
        return self.context.__exit__(*trouble)


def so(page, expression: str) -> None:
    """Wait until something holds on the page. (Its own policy forbids the browser's way of waiting, which is eval.)"""
    until(lambda: page.evaluate(expression), expression)


def day(page) -> int:
    return int(page.text_content("#day"))


def on_day(page, number: int) -> None:
    so(page, f"Number(document.getElementById('day').textContent) >= {number}")


def session_of(server):
    return server.sessions[-1]


def numbers(page) -> list[list[float | None]]:
    """What the counters show, unrounded, chart by chart and world by world."""
    cards = page.locator("#charts article").all()
    values = [[one.get_attribute("data-value") for one in card.locator(".count").all()] for card in cards]
    return [[float(text) if text else None for text in card] for card in values]


def place(page, world: int, session, row: int) -> tuple[float, float]:
    """Where a person stands in the window, as the stage places them."""
    box = page.locator(READY).nth(world).bounding_box()
    from sim.studio.layout import layout

    x, y = layout(session.pair.worlds[0].world.network)[row]
    half_x, half_y = box["width"] / 2 - 22, box["height"] / 2 - 22
    span_x, span_y = min(half_x, 1.7 * half_y), min(half_y, 1.7 * half_x)
    return float(box["x"] + box["width"] / 2 + x * span_x), float(box["y"] + box["height"] / 2 + y * span_y)


# --- time --------------------------------------------------------------------------------------------------------


def test_play_pause_and_step(page):
    assert (day(page), page.text_content("#play")) == (0, "Play")
    page.click("#step")
    on_day(page, 1)
    page.select_option("#speed", "1000")
    page.click("#play")
    on_day(page, 6)
    assert page.text_content("#play") == "Pause"
    page.click("#play")
    so(page, "document.getElementById('play').textContent === 'Play'")
    time.sleep(0.3)
    stopped = day(page)
    time.sleep(0.4)
    assert day(page) == stopped
    assert re.match(r"Day \d+\. People with a hard day: \d", page.text_content("#spoken"))


def test_the_numbers_are_the_models_own(page, server):
    for number in range(1, 5):
        page.click("#step")
        on_day(page, number)
    shown = numbers(page)
    for world, name in enumerate(["storm", "messages"]):
        run = prepared(server.scenario.arms[name])
        list(run.steps(4))
        told = run.series.frame()
        for card, outcome in zip(shown, server.scenario.settings.headline, strict=True):
            assert card[world] == told[outcome][4]
    text = page.locator("#charts article").nth(2).locator(".count").first.text_content()
    assert text == f"{shown[2][0]:.2f}"


def test_start_again_is_the_same_world_again(page):
    page.click("#step")
    on_day(page, 1)
    first = numbers(page)
    page.click("#restart")
    so(page, "document.getElementById('day').textContent === '0'")
    page.click("#step")
    on_day(page, 1)
    assert numbers(page) == first


# --- levers, switches, worlds ------------------------------------------------------------------------------------


def test_a_lever_moves_both_worlds_or_one_and_can_be_reset(page, server):
    page.click("#step")
    on_day(page, 1)
    lever = page.get_by_label("Effort it takes")
    lever.fill("2")
    page.wait_for_url(re.compile(r"rules\.friction=2%2C2"))
    page.locator("#scope").get_by_label("Messages").check()
    lever.fill("0")
    page.wait_for_url(re.compile(r"rules\.friction=2%2C0"))
    page.click("#step")
    on_day(page, 2)
    kind_acts = numbers(page)[2]
    assert kind_acts[0] < kind_acts[1] / 2
    session = session_of(server)
    assert replayed(session.scenario, session.pair.log, 2).digest() == session.pair.digest()
    page.click("#levers-reset")
    page.wait_for_url(re.compile(r"^((?!friction).)*$"))
    assert lever.input_value() == "0.5"


def test_an_intervention_is_switched_on_in_one_world(page, server):
    page.click("text=More to try")
    row = page.get_by_role("group", name="Easier first step")
    row.get_by_label("Messages").check()
    page.wait_for_url(re.compile("on=ease%3A1"))
    page.click("#step")
    on_day(page, 1)
    kind_acts = numbers(page)[2]
    assert kind_acts[1] > kind_acts[0]
    assert not row.get_by_label("Storm").is_checked()
    assert [one.name for one in session_of(server).pair.worlds[1].open()] == ["ease"]


def test_an_intervention_that_opens_by_itself_is_seen_to(page):
    page.select_option("#speed", "1000")
    box = page.get_by_role("group", name="Videos").get_by_label("Messages")
    assert not box.is_checked()
    page.click("#play")
    on_day(page, 32)
    assert box.is_checked()


def test_other_worlds_can_be_chosen(page):
    assert page.locator(READY).count() == 2
    page.get_by_label("Beside it").select_option("")
    page.get_by_label("People", exact=True).fill("50")
    page.get_by_label("Luck").fill("9")
    page.click("text=Make these worlds")
    so(page, "document.querySelectorAll('figure canvas').length === 1")
    assert page.text_content("#name").endswith("50 people")
    page.wait_for_url(re.compile("seed=9"))  # the state, which the address keeps, comes after the scene
    page.get_by_label("Beside it").select_option("storm")
    page.click("text=Make these worlds")
    so(page, "document.querySelectorAll('figure canvas').length === 2")
    assert page.locator("figure h3").all_text_contents() == ["Without", "With"]


def test_what_the_server_refuses_is_said_and_undone(page):
    page.evaluate("document.querySelector('input[name=people]').max = 1e9")
    page.get_by_label("People", exact=True).fill("99999999")
    page.click("text=Make these worlds")
    page.wait_for_selector("text=people: Input should be less")
    page.click("#step")
    on_day(page, 1)


def test_reloading_keeps_the_settings(page, server):
    page.get_by_label("Effort it takes").fill("1.2")
    page.click("text=More to try")
    page.get_by_role("group", name="Boundaries").get_by_label("Storm").check()
    page.select_option("#speed", "16")
    page.wait_for_url(re.compile("speed=16"))
    page.reload()
    page.wait_for_selector(READY)
    so(page, "document.getElementById('lever-rules.friction').value === '1.2'")
    so(page, "document.getElementById('speed').value === '16'")  # told after the worlds are made
    session = session_of(server)
    assert [one.settings.rules.friction for one in session.pair.worlds] == [1.2, 1.2]
    assert [one.name for one in session.pair.worlds[0].open()] == ["self_care"]


@pytest.mark.parametrize(
    "fragment",
    ["#arms=nobody&x=%3Cscript%3E", "#people=0&seed=-1", "#rules.friction=99&on=nothing:0"],
)
def test_a_link_that_does_not_fit_still_opens_a_page(browser, server, fragment):
    with opened(browser, server, fragment=fragment) as page:
        page.click("#step")
        on_day(page, 1)
        assert page.troubles == []


# --- a person ----------------------------------------------------------------------------------------------------


def test_a_click_chooses_a_person_and_their_ripple_is_shown(page, server):
    for number in range(1, 4):
        page.click("#step")
        on_day(page, number)
    session = session_of(server)
    row = int(session.pair.worlds[1].gave.argmax())
    page.mouse.click(*place(page, 1, session, row))
    page.wait_for_selector(".day-lines")
    chosen = session.chosen
    assert chosen[0] == 1
    name = page.text_content("#person-title")
    assert name == f"Person {chosen[1]}"
    assert "kind" in page.text_content(".day-lines")
    page.fill("#who", str(row))
    page.click("text=Find")
    so(page, f"document.getElementById('person-title').textContent === 'Person {row}'")
    page.click("text=Follow their last act")
    page.wait_for_selector(".story ol li")
    assert f"person {row} " in page.locator(".story li").first.text_content()
    assert "one tie away" in page.text_content("#legend")
    page.click("text=Show moods again")
    assert "very kind" in page.text_content("#legend")
    page.keyboard.press("Escape")
    page.wait_for_selector(".day-lines", state="detached")


def test_nobody_of_that_name_is_said(page):
    page.fill("#who", "nobody")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Nobody here is called that.")


# --- keyboard, states --------------------------------------------------------------------------------------------


def test_everything_works_by_keyboard(page):
    page.keyboard.press("ArrowRight")
    on_day(page, 1)
    page.keyboard.press("Space")
    on_day(page, 2)
    page.keyboard.press("Space")
    so(page, "document.getElementById('play').textContent === 'Play'")
    page.keyboard.press("?")
    assert page.locator("dialog").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("dialog").is_visible()
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.textContent.slice(0, 20)"))
    assert {"copy", "help-open", "play", "step", "speed", "restart", "who", "levers-reset", "More to try"} <= reached
    page.locator("[id='lever-rules.friction']").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(r"rules\.friction=0\.55"))
    assert day(page) >= 2


def test_a_lost_connection_is_said_and_can_be_mended(browser):
    with serving(small(people=40)) as server, opened(browser, server) as page:
        session_of(server)
        page.context.set_offline(True)
        server._server.force_exit = True
        server.stop()
        page.wait_for_selector("text=The connection to Kindling is lost")
        assert page.locator("#again").is_visible()
        assert page.locator("#play").is_disabled()
        assert faults(page) == []


def test_markup_in_names_stays_text(browser):
    nasty = "<img src=x onerror=alert(1)>"
    scenario = small(people=30)
    settings = scenario.settings.model_copy(update={"question": nasty, "about": nasty + "</script>", "name": nasty})
    arms = {name: one.settings for name, one in scenario.arms.items()}
    odd = replace(scenario, settings=settings, _arms=arms)
    with serving(odd) as server, opened(browser, server) as page:
        assert page.text_content("#question") == nasty
        assert page.locator("img").count() == 0
        assert page.troubles == []


def test_people_from_a_file_keep_their_names(browser, tmp_path):
    names = ["Zoë", "王芳", "<b>Bo</b>", "ליאת", "a name of very many words that goes on and on, and on"]
    pairs = [f'"{one}","{other}"' for one in names for other in names if one < other]
    (tmp_path / "ties.csv").write_text("\n".join(["from,to", *pairs]), encoding="utf-8")
    scenario = load("everyday", [override("network.kind=file"), override(f"network.path={tmp_path / 'ties.csv'}")])
    with serving(scenario) as server, opened(browser, server, "phone") as page:
        assert page.get_by_label("People", exact=True).is_disabled()
        for number in range(1, 3):
            page.click("#step")
            on_day(page, number)
        for name in names:
            page.fill("#who", name)
            page.keyboard.press("Enter")
            so(page, f"document.getElementById('person-title').textContent === {name[:1].upper() + name[1:]!r}")
        assert page.evaluate(OVERLAPS) == []
        assert page.locator("b").count() == 0
        assert page.troubles == []


ODD = {
    "alone": ("network.people=1", "network.kind=ring"),
    "strangers": ("network.kind=random", "network.degree=0"),
    "eighteen": ("network.kind=communities", "network.communities=18"),
}


@pytest.mark.parametrize("odd", ODD)
def test_odd_networks_have_a_page(browser, odd):
    with (
        serving(small("everyday", "network.people=60", *ODD[odd])) as server,
        opened(browser, server, "tablet") as page,
    ):
        page.click("#step")
        on_day(page, 1)
        shot(page, f"live-{odd}")
        assert page.troubles == []


# --- looks -------------------------------------------------------------------------------------------------------

OVERLAPS = """() => {
  const words = 'h1, .counts, .charts h3, .legend li, .transport button, .lever .head > *';
  const isBar = (one) => innerWidth <= 800 && one.closest('.transport');
  const parts = [...document.querySelectorAll(words)].filter((one) => one.offsetParent && !isBar(one));
  const boxes = parts.map((one) => [one, one.getBoundingClientRect()]);
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const over = boxes.flatMap(([one, a], i) => boxes.slice(i + 1)
    .filter(([other, b]) => meet(a, b) && !one.contains(other) && one.closest('.side') === other.closest('.side'))
    .map(([other]) => one.textContent + ' | ' + other.textContent));
  const isCut = (one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 1
    && getComputedStyle(one).overflowX !== 'visible' && !one.closest('.unseen, input');
  const cut = [...document.querySelectorAll('body *')].filter(isCut).map((one) => one.outerHTML.slice(0, 80));
  return [...over, ...cut, ...(document.documentElement.scrollWidth > innerWidth ? ['the page is too wide'] : [])];
}"""


LOOKS = [("wide", "light"), ("wide", "dark"), ("tablet", "dark"), ("phone", "light")]
OTHERS = [
    pytest.param(size, scheme, marks=pytest.mark.slow) for size, scheme in (("tablet", "light"), ("phone", "dark"))
]


@pytest.mark.parametrize(("size", "scheme"), [*LOOKS, *OTHERS])
def test_the_page_has_no_faults_at_any_size(browser, server, size, scheme):
    with opened(browser, server, size, color_scheme=scheme) as page:
        page.select_option("#speed", "1000")
        page.click("#play")
        on_day(page, 33)
        page.click("#play")
        page.fill("#who", "17")
        page.keyboard.press("Enter")
        page.wait_for_selector(".day-lines")
        page.click("summary")
        assert faults(page) == []
        assert page.evaluate(OVERLAPS) == []
        shot(page, f"live-{size}-{scheme}")
        page.click("#help-open")
        assert faults(page) == []
        assert not re.search(r"\b(rules\.|kind_acts|needs_met|undefined|NaN|null)\b", page.inner_text("body"))
        assert page.troubles == []


def test_nothing_is_asked_of_any_other_place(browser, server):
    with page_at(browser, "about:blank") as page:
        asked = []
        page.on("request", lambda one: asked.append(one.url))
        page.goto(server.address)
        page.wait_for_selector(READY)
        page.click("#step")
        on_day(page, 1)
        assert asked
        assert all(url.startswith((server.address, "data:")) for url in asked)


# --- speed -------------------------------------------------------------------------------------------------------

COUNT = """(seconds) => new Promise((done) => {
  const day = () => Number(document.getElementById('day').textContent);
  const [start, first] = [performance.now(), day()];
  let frames = 0;
  const each = (now) => {
    frames += 1;
    const gone = (now - start) / 1000;
    if (gone > seconds) done([frames / gone, (day() - first) / gone]);
    else requestAnimationFrame(each);
  };
  requestAnimationFrame(each);
})"""


@pytest.mark.slow
@pytest.mark.parametrize(("people", "arms"), [(2_000, 2), (10_000, 1), (10_000, 2), (100_000, 1), (100_000, 2)])
def test_frames_per_second(browser, people, arms, capsys):
    """Printed, not judged: a machine may be busy."""
    scenario = small("storm_recovery", people=people)
    with serving(scenario, list(scenario.arms)[:arms]) as server, page_at(browser, server.address) as page:
        page.wait_for_selector(READY, timeout=300_000)
        page.select_option("#speed", "1000")
        page.click("#play")
        so(page, "Number(document.getElementById('day').textContent) >= 5")
        frames, days = page.evaluate(COUNT, 10)
        with capsys.disabled():
            print(f"\n{people:,} people, {arms} world(s): {frames:.0f} frames a second, {days:.1f} days a second")
        assert frames > 0
        assert page.troubles == []
