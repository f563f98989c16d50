"""Scenario files: what loads, and that everything else is said in one line with its place."""

from __future__ import annotations

import json
import pickle
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.lab import scenario, toml
from sim.lab.complaints import all_keys
from sim.lab.errors import BadInput
from sim.lab.locate import lines, too_deep
from sim.lab.overrides import override
from sim.lab.scenario import BadScenario, load
from sim.model.law.settings import ScenarioSettings

# text of the file → what its message starts with, after `file`
BAD = {
    'name = "x"\n[rules]\nnotise = 0.3\n': ':3: rules.notise: unknown key; did you mean "notice"?',
    "hard_day_rate = 3\n": ':1: hard_day_rate: unknown key here; did you mean "rules.hard_day_rate"?',
    'days = "ten"': ':1: days: "ten" is the wrong type; allowed is a number from 0 to 100000 (day)',
    "days = true": ":1: days: true is the wrong type",
    "seed = 1.0": ":1: seed: 1.0 is the wrong type; allowed is a whole number from 0 to 4294967295",
    "seed = true": ":1: seed: true is the wrong type",
    "\n\ndays = -1": ":3: days: -1 is out of range; allowed is a number from 0 to 100000 (day)",
    "days = nan": ":1: days: is nan, not a finite number",
    "[rules]\nnotice = -inf": ":2: rules.notice: is -inf, not a finite number; allowed is a number from 0 to 1",
    "days = 1e400": ":1: days: is inf, not a finite number",
    "[network]\narguments = {a = [1, nan]}": ":2: network.arguments.a.1: is nan, not a finite number",
    "seed = 99999999999999999999": ":1: seed: is an integer beyond 64 bits",
    "days = 0x" + "f" * 5000: ":1: days: is an integer beyond 64 bits",
    "\ndays = " + "9" * 5000: ":2: TOML: holds an integer beyond 64 bits",
    "days = 1\ndays = 2": ":2: days: is set twice; keep one of the two",
    "[rules]\n[rules]": ":2: rules: is set twice",
    "days = \n": ":1: TOML: cannot be read: invalid value (column 8)",
    "[rules]\nnotice = .5": ":2: TOML: cannot be read: invalid value (column 10); a number starts with a digit",
    "name = storm": ":1: TOML: cannot be read: invalid value (column 8); a text needs quotes",
    'about = """\nno end\n': ":2: TOML: cannot be read: ",
    "days = 1979-05-27": ":1: days: is a date or time; none is used here",
    "days = " + "[" * 10_000: ":1: TOML: is nested too deeply; allowed are 32 levels",
    "x = 1\n" + "a." * 5_000 + "b = 1": ":2: TOML: is nested too deeply",
    "{" * 10_000: ":1: TOML: is nested too deeply",
    "network = 3": ":1: network: 3 is the wrong type; allowed is a table",
    "gestures = []": ":1: gestures: a list is the wrong type; allowed is a table",
    '[network]\nkind = "smal_world"': ':2: network.kind: "smal_world" is unknown; allowed is one of random',
    '[network]\n\nkind = "file"': ':3: network.kind: kind "file" needs network.path',
    '[network]\nkind = "file"\npath = "x.csv"': ":3: network.path: ",
    '[network]\ndegrees = [1,\n"a"]': ':3: network.degrees.1: "a" is the wrong type; allowed is a whole number',
    "[gestures.chek_in]\neffort = 1": ":1: gestures.chek_in: unknown gesture; allowed are like, ",
    "[gestures.Hug]\neffort = 1\nvalue = 1\nvisibility = 1\nglow = 1\nshare = 1": (
        ":1: gestures.Hug: a new gesture's name becomes a column; allowed are up to 32 small letters"
    ),
    '[gestures.like]\neffort = "x"': ':2: gestures.like.effort: "x" is the wrong type; allowed is a number from',
    "[population]\nattention_mean = 2\nattention_min = 4": ":3: population.attention_min: attention_min 4 is more than",
    "[population]\nattention_max = 7": ":2: population.attention_max: attention_mean 8 is more than attention_max 7",
    "[population]\nwellbeing_mean = 0.05\nwellbeing_sd = 0.4": ":3: population.wellbeing_sd: ",
    'name = "a/b"': ':1: name: "a/b" has characters that a name may not have',
    '"a\\nb\\u001b[31m" = 1': ":1: a\\nb\\x1b[31m: unknown key",
}


@pytest.fixture
def write(tmp_path):
    def write(text: str | bytes, name: str = "case.toml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.mark.parametrize("text", BAD, ids=lambda text: text[:30])
def test_bad_files_are_said_in_one_line(write, text):
    path = write(text)
    with pytest.raises(BadInput) as fault:
        load(path)
    assert str(fault.value).startswith(f"{path}{BAD[text]}")
    assert "\n" not in str(fault.value)
    assert len(str(fault.value)) < 400


def test_every_fault_has_its_line(write):
    path = write("days = -1\n[rules]\nfriction = 9\nnotice = 2")
    with pytest.raises(BadScenario) as fault:
        load(path)
    assert [one.line for one in fault.value.faults] == [1, 3, 4]
    assert len(str(fault.value).split("\n")) == 3
    assert str(pickle.loads(pickle.dumps(fault.value))) == str(fault.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x89PNG\r\n\x1a\n\xff", ":1: scenario: is not UTF-8 text"),
        (b"days = 1\n\0", ":2: scenario: holds a zero byte"),
        ("days = 1".encode("utf-16"), ":1: scenario: is not UTF-8 text"),
        (b"#" * 1_000_001, ": scenario: is larger than 1,000,000 bytes"),
    ],
)
def test_files_that_are_no_text(write, data, message):
    path = write(data)
    with pytest.raises(BadInput, match="scenario") as fault:
        load(path)
    assert str(fault.value).startswith(f"{path}{message}")


def test_missing_files_folders_and_names(tmp_path):
    for source in (tmp_path / "none.toml", tmp_path, "/dev/zero", "everday", "x" * 5000, "a\0b"):
        with pytest.raises(BadInput, match=": scenario: "):
            load(source)
    with pytest.raises(BadInput, match=r'did you mean "everyday"\?'):
        load("everday")


@pytest.mark.parametrize("text", ["", "\ufeffdays = 30", "days = 30\r\n[rules]\r\nnotice = 1\r\n", "# nothing\n"])
def test_files_that_load(write, text):
    assert load(write(text)).settings.days in (30.0, 180.0)


@pytest.mark.parametrize("name", scenario.shipped())
def test_shipped_scenarios_ask_something_and_come_back_equal(name, write):
    loaded = load(name)
    assert loaded.settings.name == name
    assert loaded.settings.question.endswith("?")
    assert len(loaded.settings.about) > 100
    assert load(write(scenario.resolved(loaded.settings))).settings == loaded.settings


def test_scenarios_are_found_in_an_installed_package(monkeypatch, tmp_path):
    (tmp_path / "sim/scenarios").mkdir(parents=True)
    (tmp_path / "sim/scenarios/inside.toml").write_text("days = 7")
    monkeypatch.setattr(scenario, "PACKAGE", tmp_path / "sim")
    assert list(scenario.shipped()) == ["inside"]
    assert load("inside").settings.days == 7


def test_overrides_come_last_and_name_their_option(write):
    path = write("days = 5\n[rules]\nnotice = 0.1")
    changed = load(path, [override("rules.notice=0.3"), override("network.people=7"), override("name=two words")])
    assert (changed.settings.rules.notice, changed.settings.network.people) == (0.3, 7)
    assert changed.settings.name == "two words"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("days", "--set: days: is not key=value"),
        ("rules.notise=3", '--set: rules.notise: unknown key; did you mean "notice"?'),
        ("rules.notice=1e400", "--set: rules.notice: is inf, not a finite number"),
        ("days=1\nseed=2", '--set: days: "1\\nseed=2" is the wrong type'),
        ("days=" + "[" * 9999, "--set: days: is nested too deeply"),
        (".".join("a" * 99) + "=1", "--set: a.a.a"),
        ("days.x=1", "--set: days.x: days is not a table"),
        ("network.kind=file", '--set: network.kind: kind "file" needs network.path'),
        ("population.attention_mean=2", "--set: population.attention_mean: attention_min 3 is more than"),
        ("gestures.lik.effort=2", "--set: gestures.lik: unknown gesture"),
        ("=3", "--set: =3: is not key=value"),
        ("network.path=\udcff", "--set: network.path: \\udcff is not valid text"),
    ],
)
def test_bad_overrides(write, text, message):
    path = write("days = 5")
    with pytest.raises(BadInput) as fault:
        load(path, [override(text)])
    assert str(fault.value).startswith(message)


def test_file_names_count_from_where_they_were_written(write, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    (tmp_path / "ties.csv").write_text("a,b\n")
    (tmp_path / "here" / "ties.csv").write_text("a,b\n")
    path = write('[network]\nkind = "file"\npath = "ties.csv"\n')
    monkeypatch.chdir(tmp_path / "here")
    assert load(path).settings.network.path == str(tmp_path / "ties.csv")
    given = load(path, [override("network.path=ties.csv")])
    assert given.settings.network.path == str(tmp_path / "here" / "ties.csv")


def test_schema_says_range_unit_and_source():
    made = json.loads(json.dumps(scenario.schema()))
    notice = made["$defs"]["RuleSettings"]["properties"]["hard_day_rate"]
    assert (notice["minimum"], notice["maximum"], notice["unit"]) == (0, 24, "1/day")
    assert notice["source"]
    assert "check_in" in made["properties"]["gestures"]["propertyNames"]["anyOf"][0]["enum"]


def test_lines_of_every_kind_of_key():
    text = (
        'a = """\nb = 1\n"quote" ""end"""""\n"x y".z = 1\n[t] # [u]\nlist = [ # ]\n 1,\n [2,\n 3], {k.l = 1}]\n'
        "[[many]]\nn = 1\n[many.sub]\nm = 'it, is]'\n[[many]]\nn = {p = 1,q = 1979-05-27T07:32:00.5}\n"
    )
    tomllib.loads(text)
    expected = {
        ("a",): 1, ("x y", "z"): 4, ("t",): 5, ("t", "list", 0): 7, ("t", "list", 1, 1): 9,
        ("t", "list", 2, "k", "l"): 9,
        ("many", 0, "n"): 11, ("many", 0, "sub", "m"): 13, ("many", 1): 14, ("many", 1, "n", "q"): 15,
    }  # fmt: skip
    found = lines(text)
    assert {key: found.get(key) for key in expected} == expected


VALUES = st.recursive(
    st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
TREES = st.dictionaries(st.text(max_size=5), VALUES, max_size=4)


def paths(value, path=()):
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield (*path, key)
        yield from paths(below, (*path, key))


@settings(max_examples=200, deadline=None)
@given(TREES)
def test_what_is_written_reads_back_and_every_key_has_a_line(tree):
    text = toml.dump(tree)
    assert tomllib.loads(text) == tree
    found = lines(text)
    assert not too_deep(text)
    assert all(path in found for path in paths(tree))


def faults(source, *changes: str) -> list[str]:
    """What is wrong, line by line; nothing if it loads. Anything but BadInput is a failed test."""
    try:
        loaded = load(source, [override(change) for change in changes])
    except BadInput as fault:
        return str(fault).split("\n")
    return [] if isinstance(loaded.settings, ScenarioSettings) else ["no settings"]


SHAPED = st.text(st.sampled_from("abn =.\"'[]{}\n#,1-e_\\\r\t"), max_size=60)
KEYS = st.sampled_from([".".join(key) for key in all_keys()] + ["rules", "gestures.like", "gestures.x", "zz"])
ODD = st.sampled_from(["1", "-1", "1e400", "nan", '""', '"x"', "true", "[1]", "{}", "1979-05-27", "9" * 30, "{a = {}}"])


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=80) | SHAPED.map(str.encode) | st.lists(st.tuples(KEYS, ODD), max_size=4).map(
    lambda pairs: "\n".join(f"{key} = {value}" for key, value in pairs).encode()
))  # fmt: skip
def test_any_bytes_give_a_scenario_or_one_line_per_fault(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "fuzz.toml"
    path.write_bytes(data)
    assert all(line.startswith(f"{path}:") and line.isprintable() for line in faults(path))


@settings(max_examples=200, deadline=None)
@given(KEYS, st.text(max_size=20) | ODD)
def test_any_override_gives_a_scenario_or_one_line(key, value):
    assert all(line.isprintable() for line in faults("everyday", f"{key}={value}"))
