"""Graph objects of other libraries, turned into ties. Recognised by what they can do, so none has to be installed."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np

from sim.model.network.names import number_groups, order_of
from sim.model.network.rows import Ties


def ties_of(graph: Any, *, weight: str = "weight", group: str = "group") -> Ties:
    """Ties of a networkx graph, an igraph graph or a scipy sparse matrix; a→b means that a reads b.

    weight, group : names of the tie and node attributes (strength > 0 of every tie; any value, missing = unknown)
    Rows follow node names: as numbers if all are whole numbers, else as text. Raises TypeError for other objects
    and ValueError where only some ties carry the weight.
    """
    if hasattr(graph, "tocoo"):
        return _from_matrix(graph)
    if hasattr(graph, "vcount") and hasattr(graph, "get_edgelist"):
        return _from_igraph(graph, weight, group)
    if hasattr(graph, "is_directed") and hasattr(graph, "edges") and hasattr(graph, "nodes"):
        return _from_networkx(graph, weight, group)
    raise TypeError(f"a networkx or igraph graph or a scipy sparse matrix is needed, not {type(graph).__name__}")


def _from_matrix(matrix: Any) -> Ties:
    """Entry [a, b] ≠ 0 is the tie a→b of that strength; all entries 1 means no weights."""
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"the matrix must be square, one row and column per person, not {matrix.shape}")
    entries = matrix.tocoo()
    there = entries.data != 0
    weight = np.asarray(entries.data[there], np.float64)
    source, target = (np.asarray(ends[there], np.int64) for ends in (entries.row, entries.col))
    return Ties(source, target, matrix.shape[0], None if (weight == 1).all() else weight, directed=True)


def _from_igraph(graph: Any, weight: str, group: str) -> Ties:
    names = graph.vs["name"] if "name" in graph.vs.attributes() else list(range(graph.vcount()))
    groups = graph.vs[group] if group in graph.vs.attributes() else None
    weights = graph.es[weight] if weight in graph.es.attributes() else None
    return _named(names, graph.get_edgelist(), weights, groups, graph.is_directed())


def _from_networkx(graph: Any, weight: str, group: str) -> Ties:
    nodes = list(graph.nodes)
    row = {node: i for i, node in enumerate(nodes)}
    edges = list(graph.edges(data=weight))
    weights = [strength for *_, strength in edges]
    groups = [graph.nodes[node].get(group) for node in nodes]
    return _named(
        nodes,
        [(row[a], row[b]) for a, b, _ in edges],
        None if all(strength is None for strength in weights) else weights,
        None if all(value is None for value in groups) else groups,
        graph.is_directed(),
    )


def _named(
    names: Sequence[Hashable],
    ends: Sequence[tuple[int, int]],
    weights: Sequence[Any] | None,
    groups: Sequence[Any] | None,
    directed: bool,
) -> Ties:
    """Ties with rows in the order of names; `ends` are positions in `names`."""
    if weights is not None and any(strength is None for strength in weights):
        raise ValueError("some ties have a weight and others have none; give all of them one, or none")
    order = order_of(names)
    row = np.argsort(order)
    pairs = row[np.asarray(ends, np.int64).reshape(-1, 2)]
    group, group_names = (None, ()) if groups is None else number_groups([groups[i] for i in order])
    return Ties(
        pairs[:, 0], pairs[:, 1], len(names), None if weights is None else np.asarray(weights, np.float64),
        directed, [str(names[i]) for i in order], group, group_names,
    )  # fmt: skip


def generator_named(name: str) -> Callable[..., Any]:
    """The graph generator of networkx called `name`; ValueError with near names if there is none."""
    import networkx as nx

    found = getattr(nx, name, None)
    if callable(found) and getattr(found, "__module__", "").startswith("networkx.generators"):
        return found
    known = [other for other in dir(nx) if getattr(getattr(nx, other), "__module__", "").startswith("networkx.gen")]
    near = difflib.get_close_matches(name, known)
    raise ValueError(f"network.generator: networkx has no generator {name!r}; did you mean {', '.join(near) or '…'}?")


def generated(name: str, arguments: dict[str, Any], people: int, seed: int) -> Ties:
    """Ties of a networkx generator; `n` and `seed` are filled in where it takes them and the arguments do not."""
    generator = generator_named(name)
    takes = inspect.signature(generator).parameters
    filled = {key: value for key, value in (("n", people), ("seed", seed)) if key in takes}
    try:
        graph = generator(**(filled | arguments))
    except Exception as problem:  # networkx raises many kinds; all of them mean that the arguments do not fit
        raise ValueError(f"network.arguments: networkx.{name} says: {problem}") from problem
    return ties_of(graph)
