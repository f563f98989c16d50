"""What `kindling bench` measures: the table with every peer, or the floor of this machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sim.lab.bench import contest, engines
from sim.lab.bench.lines import Line, machine, printed

QUICK_ROUNDS = 3
SIR_SIZES = (10_000, 100_000, 1_000_000)


def table(
    quick: bool = False, peers: bool = True, people: int | None = None, pythons: Sequence[Path] = ()
) -> list[Line]:
    """Measure and print: our engines, many people, networks, and SIR beside every installed peer.

    quick : stay at 10,000 people; people : in place of 1,000,000, and the only size of the comparison with peers
    pythons : where to look for peers that this Python lacks
    """
    return printed(_lines(quick, peers, people, pythons))


def _lines(quick: bool, peers: bool, people: int | None, pythons: Sequence[Path]) -> Iterator[Line]:
    yield machine()
    few, many = min(people or engines.SMALL, engines.SMALL), people or engines.LARGE
    yield from engines.against_mesa(few, QUICK_ROUNDS if quick else engines.ROUNDS)
    if not quick:
        yield from engines.many(many)
        yield from engines.year(many)
        yield from engines.networks(many)
    yield from engines.memory()
    if peers:
        sizes = (people,) if people else SIR_SIZES[: 1 if quick else None]
        yield from contest.lines(sizes, QUICK_ROUNDS if quick else engines.ROUNDS, pythons)


def floor(quick: bool = False, people: int | None = None) -> list[Line]:
    """Measure and print what this machine can do, what a tick asks for, and how far the kernel is from that."""
    from sim.lab.bench import floor as under

    def lines() -> Iterator[Line]:
        yield machine()
        if quick:
            yield from under.lines(people or engines.SMALL, (2**20, 2**22), QUICK_ROUNDS)
        else:
            yield from under.lines(people or engines.LARGE)

    return printed(lines())
