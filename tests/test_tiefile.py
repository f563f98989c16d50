"""Network files of every kind, and the exact words said about those that cannot be used."""

from __future__ import annotations

import gzip
import pickle
import time
from pathlib import Path

import networkx as nx
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from sim.lab import rawfile
from sim.lab.delimited import DelimitedTable
from sim.lab.errors import BadInput
from sim.lab.tiefile import read_network
from sim.model.law.settings import NetworkSettings
from sim.model.network.networks import from_graph

DATA = Path(__file__).parents[2] / "shared" / "data"
needs_data = [pytest.mark.data, pytest.mark.skipif(not DATA.is_dir(), reason=f"no real networks at {DATA}")]


def read(path, **keys):
    return read_network(NetworkSettings(kind="file", path=str(path), **keys))


def write(folder, text, name="ties.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def ties(network):
    reader = np.repeat(np.arange(network.people), np.diff(network.indptr))
    return [(network.label[a], network.label[b]) for a, b in zip(reader, network.indices, strict=True)]


MUTUAL = [("a", "b"), ("a", "c"), ("b", "a"), ("c", "a")]


@pytest.mark.parametrize(
    "text",
    [
        "a,b\na,c\n",
        "a\tb\na\tc",
        "a;b\r\na;c\r\n",
        "a b\n  a   c  \n",
        "a \t b\na c\n",
        "source,target\na,b\na,c\n",
        "\ufeffsource,target\na,b\na,c\n",
        "# made by hand\n% and again\n\na,b\n  # between\na,c\n\n",
        '"a","b"\n"a", c \n',
        "a,b\ra,c\r",
        "kind,to,from\nx,b,a\ny,c,a\n",
        "a,b\na,c\nc,a\na,a\n",
    ],
)
def test_the_same_ties_in_many_spellings(tmp_path, text):
    assert ties(read(write(tmp_path, text))) == MUTUAL


def test_what_was_done_is_reported(tmp_path):
    text = "from,to,weight,since\nx,y,2,1999\ny,x,4,1999\nx,x,1,1999\nz,x,1,1999\n"
    report = read(write(tmp_path, text)).report
    assert (report.people, report.ties, report.self_ties, report.duplicate_ties) == (3, 4, 1, 1)
    assert report.notes == [
        "line 1 was read as the header",
        'columns: reader "from", person read "to", strength "weight"',
        "columns not read: since",
        "ties are mutual",
    ]


def test_ids_are_put_in_order_of_number_only_if_all_are_whole(tmp_path):
    assert read(write(tmp_path, "10,9\n-3,9\n")).label == ["-3", "9", "10"]
    assert read(write(tmp_path, "10,9\nx,9\n")).label == ["10", "9", "x"]
    assert read(write(tmp_path, "007,7\n7,1\n")).label == ["007", "1", "7"]
    huge = "123456789012345678901234567890"
    assert read(write(tmp_path, f"{huge},9\n10,9\n")).label == ["9", "10", huge]


def test_direction_is_honoured(tmp_path):
    path = write(tmp_path, "reads,read\n1,2\n2,3\n")
    assert ties(read(path, directed=True)) == [("1", "2"), ("2", "3")]
    assert ties(read(path, directed=True, source="read", target="reads")) == [("2", "1"), ("3", "2")]


def test_weights_have_mean_one_over_the_ties_into_each_person(tmp_path):
    network = read(write(tmp_path, "a b 1\nc b 3\n"), weight="3", directed=True)
    assert network.weight.tolist() == [0.5, 1.5]
    assert read(write(tmp_path, "a b 1\nc b 3\n")).weight is None


def test_people_without_ties_come_from_the_table_of_people(tmp_path):
    people = write(tmp_path, "id,team\n3,red\n1,blue\n2,\n7,red\n", "people.csv")
    network = read(write(tmp_path, "1,2\n2,3\n"), people_path=str(people), group="team")
    assert network.label == ["1", "2", "3", "7"]
    assert network.group_names == ("unknown", "blue", "red")
    assert network.group.tolist() == [1, 0, 2, 2]
    assert network.report.isolated == 1
    assert read(write(tmp_path, "source,target\n"), people_path=str(people)).ties == 0


def test_a_table_of_people_may_be_a_bare_list(tmp_path):
    people = write(tmp_path, "1\n2\n3\n", "people.txt")
    assert read(write(tmp_path, "1,2\n"), people_path=str(people)).people == 3


WRONG = [
    ("", "{f}: the file is empty"),
    ("# nothing\n\n", "{f}: holds no ties, only comments or blank lines"),
    ("source,target\n", "{f}: holds no ties"),
    ("a,b\nlonely\n", "{f}:2: 1 columns found, 2 expected as in the first line"),
    ("lonely\n", "{f}:1: 1 column found, 2 are needed; split them by comma, tab or blank"),
    ("a,b\n# x\na,b,c\n", "{f}:3: 3 columns found, 2 expected as in the first line"),
    ("1 2\n3\n", "{f}:2: 1 columns found, 2 expected as in the first line"),
    ("1,2\n3,\n", "{f}:2: 2: the id is missing"),
    ("a,b\n,c\n", "{f}:2: 1: the id is missing"),
    ("source,target,source\n1,2,3\n", '{f}:1: the column name "source" comes twice'),
    ("a,b\n\0\0,c\n", "{f}:2: is not a text file (it holds NUL bytes)"),
    (b"a,b\nJos\xe9,b\n", "{f}:2: byte 0xe9 is not UTF-8; save the file as UTF-8"),
    ("a,b\n".encode("utf-16"), "{f}:1: is UTF-16 text; save it as UTF-8"),
    (b"PK\x03\x04rest", "{f}: is a zip archive; unpack it first (.gz is read as it is)"),
    (b"PAR1 and no more", "{f}: is no Parquet file that can be read: "),
    (b"\x1f\x8bnonsense", "{f}: is a damaged gzip file: "),
    (gzip.compress(b"1,2\n" * 99, mtime=0)[:-12], "{f}: the gzip file ends too early; is the download complete?"),
]


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_unusable_files_are_named_with_the_line_and_the_reason(tmp_path, text, words):
    path = write(tmp_path, text)
    with pytest.raises(BadInput) as caught:
        read(path)
    assert str(caught.value).startswith(words.format(f=path))


@pytest.mark.parametrize(
    ("strength", "words"),
    [
        ("nan", "nan is not a tie strength; finite numbers above 0 are allowed"),
        ("inf", "inf is not a tie strength; finite numbers above 0 are allowed"),
        ("-2", "-2 is not a tie strength; finite numbers above 0 are allowed"),
        ("0", "0 is not a tie strength; finite numbers above 0 are allowed"),
        ("1e400", "inf is not a tie strength; finite numbers above 0 are allowed"),
        ("strong", '"strong" is not a number'),
        ("1_0", '"1_0" is not a number'),
        ("", '"" is not a number'),
    ],
)
def test_strengths_must_be_finite_and_positive(tmp_path, strength, words):
    path = write(tmp_path, f"source,target,weight\n# first\n1,2,1\n\n2,3,{strength}\n")
    with pytest.raises(BadInput) as caught:
        read(path)
    assert str(caught.value) == f"{path}:5: weight: {words}"


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"weight": "wieght"}, ':1: network.weight: there is no column "wieght"; columns are source, target, weight; '
                               'did you mean "weight"?'),
        ({"source": "reader"}, ':1: network.source: there is no column "reader"; columns are source, target, weight'),
        ({"source": "target"}, ':1: network.target: is the same column as network.source ("target")'),
        ({"group": "team"}, ": network.group: groups are in a table of people; give network.people_path too"),
    ],
)  # fmt: skip
def test_columns_that_are_not_there(tmp_path, keys, words):
    path = write(tmp_path, "source,target,weight\n1,2,1\n")
    with pytest.raises(BadInput) as caught:
        read(path, **keys)
    assert str(caught.value) == f"{path}{words}"


def test_wrong_tables_of_people(tmp_path):
    path, people = write(tmp_path, "1,2\n\n2,9\n"), write(tmp_path, "id,team\n1,x\n2,y\n", "people.csv")
    with pytest.raises(BadInput) as caught:
        read(path, people_path=str(people))
    assert str(caught.value) == f'{path}:3: id: "9" is not in the table of people, which must name everybody'
    with pytest.raises(BadInput, match=r'people.csv:1: network.group: .* did you mean "team"\?'):
        read(path, people_path=str(people), group="teem")
    write(tmp_path, "id,team\n1,x\n2,y\n1,z\n", "people.csv")
    with pytest.raises(BadInput, match=r'people.csv:4: id: "1" comes twice'):
        read(path, people_path=str(people))


def test_folders_and_missing_files(tmp_path):
    with pytest.raises(BadInput, match="is a folder or device"):
        read(tmp_path)
    with pytest.raises(BadInput, match="is a folder or device"):
        read("/dev/zero")
    with pytest.raises(BadInput, match="there is no such file"):
        read(tmp_path / "nowhere.csv")
    with pytest.raises(BadInput, match=r"cannot be read|no such file"):
        read("a\0b")


def test_an_error_survives_a_process_boundary():
    error = BadInput("ties.csv", 3, "weight", "is wrong")
    assert str(pickle.loads(pickle.dumps(error))) == str(error) == "ties.csv:3: weight: is wrong"


def test_gzip_files_of_one_or_many_members_are_unpacked(tmp_path):
    packed = gzip.compress(b"a,b\n") + gzip.compress(b"a,c\n")
    assert ties(read(write(tmp_path, packed, "ties.csv.gz"))) == MUTUAL


def test_decompression_bombs_are_refused_early(tmp_path, monkeypatch):
    bomb = gzip.compress(b"1,2\n" * 2**24)
    path = write(tmp_path, bomb, "bomb.csv.gz")
    start = time.perf_counter()
    with pytest.raises(BadInput, match="more than 200 times its size"):
        read(path)
    assert time.perf_counter() - start < 5
    monkeypatch.setattr(rawfile, "LARGEST_EXPANDED", 1000)
    honest = gzip.compress(np.random.default_rng(1).bytes(4000).hex().encode())
    with pytest.raises(BadInput, match="unpacks to more than 1,000 bytes"):
        read(write(tmp_path, honest, "large.csv.gz"))


def test_graphml_is_the_same_as_the_graph(tmp_path):
    graph = nx.les_miserables_graph()
    nx.set_node_attributes(graph, {name: name[0] for name in graph}, "group")
    nx.write_graphml(graph, tmp_path / "miserables.graphml")
    network = read(tmp_path / "miserables.graphml")
    assert network.digest() == from_graph(graph).digest()
    assert network.label == sorted(graph)
    (tmp_path / "packed.graphml.gz").write_bytes(gzip.compress((tmp_path / "miserables.graphml").read_bytes()))
    assert read(tmp_path / "packed.graphml.gz").digest() == network.digest()


def test_graphml_says_its_direction_and_can_be_overruled(tmp_path):
    nx.write_graphml(nx.DiGraph([("b", "a")]), tmp_path / "one.graphml")
    assert ties(read(tmp_path / "one.graphml")) == [("b", "a")]
    assert ties(read(tmp_path / "one.graphml", directed=False)) == [("a", "b"), ("b", "a")]


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
FETCH = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
EMPTY = '<graphml><graph edgedefault="undirected"><node id="&b;"/></graph></graphml>'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f'<?xml version="1.0"?>\n{LAUGHS}{EMPTY}', ":2: holds a document type or entity"),
        (f'<?xml version="1.0"?>{FETCH}{EMPTY}', ":1: holds a document type or entity"),
        (f'<?xml version="1.0" encoding="utf-16"?>{LAUGHS}{EMPTY}'.encode("utf-16"), ":1: holds a document type"),
        ('<!DOCTYPE graphml SYSTEM "http://example.org/x.dtd"><graphml/>', ":1: holds a document type"),
        ("<graphml><graph>", ":1: is not well-formed XML"),
        ("<a>" * 60_000, ":1: nests more than 50 elements"),
        ("<svg/>", ": is no GraphML that can be read"),
        (b"", ": the file is empty"),
        ('<graphml><graph edgedefault="undirected"><edge source="a"/></graph></graphml>', ":1: target: is missing"),
    ],
)
def test_hostile_and_broken_xml_is_refused(tmp_path, text, words):
    path = write(tmp_path, text, "x.graphml")
    with pytest.raises(BadInput) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}{words}")


def test_graphml_strengths_must_be_numbers_on_every_tie(tmp_path):
    nx.write_graphml(nx.Graph([("a", "b", {"weight": 1}), ("b", "c")]), tmp_path / "x.graphml")
    with pytest.raises(BadInput, match=r"tie b, c: its strength is None, which is not a number"):
        read(tmp_path / "x.graphml")
    with pytest.raises(BadInput, match=r'network.weight: there is no column "wait"; columns are weight'):
        read(tmp_path / "x.graphml", weight="wait")


def table(path, **columns):
    parquet.write_table(pa.table(columns), path)
    return path


def test_parquet_is_the_same_as_text(tmp_path):
    network = read(table(tmp_path / "t.parquet", source=[10, 9, 9], target=[9, 1, 10], weight=[1.0, 2.0, 3.0]))
    assert network.digest() == read(write(tmp_path, "source,target,weight\n10,9,1\n9,1,2\n9,10,3\n")).digest()
    assert ties(read(table(tmp_path / "s.parquet", a=pa.array(["a", "a"]).dictionary_encode(), b=["b", "c"]))) == MUTUAL


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"source": [1, None], "target": [2, 3]}, ":2: source: the cell is missing"),
        (
            {"source": [1.5, 2.0], "target": [2, 3]},
            ": source: ids are of type double; whole numbers or text are allowed",
        ),
        ({"source": [1, 2], "target": [2, 3], "weight": ["x", "y"]}, ": weight: strengths are of type string; numbers"),
        ({"source": [1, 2], "target": [2, 3], "weight": [1.0, -1.0]}, ":2: weight: -1 is not a tie strength"),
        ({"source": [1, 2], "target": ["", "a"]}, ":1: target: the id is missing"),
        ({"source": [1, 2]}, ": 1 column found, 2 are needed"),
    ],
)
def test_parquet_files_that_cannot_be_used(tmp_path, columns, words):
    path = table(tmp_path / "t.parquet", **columns)
    with pytest.raises(BadInput) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}{words}")


cell = st.text("abcXYZ0123456789-_.é", min_size=1, max_size=4) | st.integers(-99, 99).map(str)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(cell, cell, st.floats(0.01, 99)), min_size=1, max_size=8), st.sampled_from([",", "\t", " ", ";"])
)
def test_reading_at_once_and_row_by_row_is_the_same(tmp_path_factory, rows, mark):
    lines = [mark.join([a, b, repr(w)]) for a, b, w in rows]
    path = write(tmp_path_factory.mktemp("t"), mark.join(["source", "target", "weight"]) + "\n" + "\n".join(lines))
    opened = DelimitedTable(path)
    at_once, by_row = opened.columns(["source", "target"], "weight"), opened._slow(["source", "target"], "weight")
    for name in at_once:
        assert list(map(str, at_once[name])) == list(map(str, by_row[name]))
    assert [str(one) for one in by_row["source"]] == [a for a, _, _ in rows]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60), st.sampled_from(["x.csv", "x.gz", "x.graphml", "x.parquet"]))
def test_whatever_the_bytes_the_answer_is_a_network_or_a_reason(tmp_path_factory, data, name):
    path = write(tmp_path_factory.mktemp("t"), data, name)
    try:
        network = read(path)
    except BadInput as problem:
        words = str(problem)
    else:
        words = f"{path}: {network.people}"
    assert words.startswith(f"{path}:")


def test_many_ties_are_read_at_once_and_not_row_by_row(tmp_path, monkeypatch):
    ends = np.random.default_rng(1).integers(0, 60_000, (300_000, 2))
    path = write(tmp_path, "# ends\n" + "\n".join(f"{a} {b}" for a, b in ends.tolist()), "ties.txt")
    monkeypatch.setattr(DelimitedTable, "_slow", lambda *_: pytest.fail("read row by row"))
    pairs = {(min(a, b), max(a, b)) for a, b in ends.tolist() if a != b}
    assert read(path).ties == 2 * len(pairs)


REAL = {
    "lastfm_asia": (7624, 55612, {"group": "country"}, 18),
    "medinnovations": (125, 294, {"directed": True, "group": "community"}, 4),
    "brfarmers": (692, 1854, {"directed": True, "group": "community"}, 11),
    "ukfaculty": (81, 817, {"directed": True}, 4),
}


@pytest.mark.parametrize("name", [pytest.param(name, marks=needs_data) for name in REAL])
def test_real_networks_have_the_size_they_are_known_to_have(name):
    people, count, keys, groups = REAL[name]
    keys = keys | {"people_path": f"{name}/people.csv"}
    network = read_network(NetworkSettings(kind="file", path=f"{name}/ties.csv", **keys), DATA)
    assert (network.people, network.ties, len(network.group_names)) == (people, count, groups)
    assert network.report.self_ties == network.report.duplicate_ties == 0
