"""GraphML files. XML can be made to unpack without end or to fetch files; such constructs are refused first."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn
from xml.parsers import expat

import numpy as np

from sim.lab.errors import BadInput
from sim.lab.rawfile import read_bytes
from sim.lab.tiecolumns import TieColumns, named_column
from sim.model.law.settings import NetworkSettings

LARGEST_XML = 256 * 2**20  # bytes; the parsed graph takes about thirty times as much memory
NEEDED = {"node": ("id",), "edge": ("source", "target")}
DEEPEST = 50  # GraphML nests graph > node > data; deeper files are made to exhaust the parser


def read_graphml(path: Path, settings: NetworkSettings) -> TieColumns:
    """Ties, people and groups of a GraphML file; directed as its `edgedefault` says.

    BadInput for anything but plain GraphML: a DTD or entities, broken XML, nested graphs too deep, files too big.
    """
    import networkx as nx

    data = read_bytes(path)
    refuse_unsafe_xml(path, data)
    try:
        graph = nx.read_graphml(io.BytesIO(data))
    except Exception as problem:  # the parser raises many kinds for files that are XML but no sound GraphML
        raise BadInput(path, None, None, f"is no GraphML that can be read: {problem}") from None
    return _columns(path, graph, settings)


def _columns(path: Path, graph: Any, settings: NetworkSettings) -> TieColumns:
    edges, people = list(graph.edges(data=True)), dict(graph.nodes(data=True))
    weight = _attribute(path, "network.weight", settings.weight, "weight", (data for *_, data in edges))
    day = None if settings.day is None else _attribute(path, "network.day", settings.day, "", (d for *_, d in edges))
    group = _attribute(path, "network.group", settings.group, "group", people.values())
    return TieColumns(
        _texts(a for a, _, _ in edges),
        _texts(b for _, b, _ in edges),
        None if weight is None else np.asarray([_strength(path, a, b, data.get(weight)) for a, b, data in edges]),
        lambda tie: None,
        day=None if day is None else np.asarray([_strength(path, a, b, data.get(day), "day") for a, b, data in edges]),
        directed=graph.is_directed(),
        names=[str(node) for node in people],
        groups=None if group is None else [data.get(group) for data in people.values()],
    )


def _texts(ids: Iterable[object]) -> np.ndarray:
    texts = [str(one) for one in ids]
    column = np.empty(len(texts), object)
    column[:] = texts
    return column


def _attribute(path: Path, key: str, asked: str | None, usual: str, items: Iterable[dict]) -> str | None:
    """The attribute asked for (BadInput if no item has it), else the usual one if any item has it."""
    there = sorted({name for item in items for name in item})
    if asked is not None:
        return named_column(path, None, there, key, asked)
    return usual if usual in there else None


def _strength(path: Path, a: object, b: object, value: object, what: str = "strength") -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    raise BadInput(path, None, f"tie {a}, {b}", f"its {what} is {value!r}, which is not a number")


def refuse_unsafe_xml(path: Path, data: bytes) -> None:
    """BadInput for a document type, an entity, too deep nesting, too many bytes, XML that is not well formed,
    and nodes or edges without the ids they need."""
    if len(data) > LARGEST_XML:
        raise BadInput(path, None, None, f"is larger than {LARGEST_XML:,} bytes; save the ties as csv or Parquet")
    parser, depth = expat.ParserCreate(), 0

    def refuse(*_: Any) -> NoReturn:
        line = parser.CurrentLineNumber
        raise BadInput(path, line, None, "holds a document type or entity, which GraphML does not need; remove it")

    def enter(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        missing = [key for key in NEEDED.get(name.rpartition(":")[2], ()) if not attributes.get(key)]
        if missing:
            raise BadInput(path, parser.CurrentLineNumber, missing[0], f"is missing; every {name} needs one")
        depth += 1
        if depth > DEEPEST:
            raise BadInput(path, parser.CurrentLineNumber, None, f"nests more than {DEEPEST} elements")

    def leave(name: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = enter, leave
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    parser.UnparsedEntityDeclHandler = parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as problem:
        raise BadInput(path, problem.lineno, None, f"is not well-formed XML: {problem}") from None
