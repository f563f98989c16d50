"""A checkpoint: columns, the last letters, network, tick, scenario and what interventions remember, in one file.

The generator keeps no state, so going on from a checkpoint is exact.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np

from sim.model.disk import written
from sim.model.law.columns import COLUMNS
from sim.model.law.settings import ScenarioSettings
from sim.model.network.networks import Network
from sim.model.rng import STREAM

_TIES = ("indptr", "indices", "weight", "key", "group")


@dataclass(frozen=True)
class Checkpoint:
    """What a file holds: all that a world needs to go on."""

    settings: ScenarioSettings
    network: Network
    columns: dict[str, np.ndarray]
    letters: np.ndarray
    tick: int
    memory: dict[str, np.ndarray] = field(default_factory=dict)  # of interventions


def write(state: Checkpoint, path: Path) -> None:
    """Write atomically; an old file at `path` is replaced only by a complete one."""
    network = state.network
    about = {
        "stream": STREAM,
        "tick": state.tick,
        "scenario": state.settings.model_dump(mode="json"),
        "label": network.label,
        "group_names": network.group_names,
    }
    arrays = {f"column_{name}": column for name, column in state.columns.items()}
    ties = {f"network_{name}": getattr(network, name) for name in _TIES if getattr(network, name) is not None}
    memory = {f"memory_{name}": array for name, array in state.memory.items()}
    with written(path) as file:
        np.savez(file, about=np.array(json.dumps(about)), letters=state.letters, **arrays, **ties, **memory)  # type: ignore[arg-type]


def read(path: Path) -> Checkpoint:
    """Read a checkpoint. Raises ValueError where the file is none, is damaged or has another version of the stream."""
    with path.open("rb") as file:
        try:
            saved, stream = _unpacked(file)
        except Exception as error:  # damage can surface anywhere between the archive and the last array
            raise ValueError(f"{path}: not a checkpoint, or damaged ({error})") from error
    if stream != STREAM:
        raise ValueError(f"{path}: made with stream {stream}; this version draws from stream {STREAM}")
    return saved


def _unpacked(file: BinaryIO) -> tuple[Checkpoint, int]:
    """The checkpoint in a file, and its version of the stream."""
    with np.load(file, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    about = json.loads(str(arrays["about"]))
    ties = {name: arrays.get(f"network_{name}") for name in _TIES}
    network = Network(**ties, label=about["label"], group_names=tuple(about["group_names"]))  # type: ignore[arg-type]
    columns = {name: arrays[f"column_{name}"] for name in COLUMNS}
    settings = ScenarioSettings.model_validate(about["scenario"])
    memory = {name.removeprefix("memory_"): array for name, array in arrays.items() if name.startswith("memory_")}
    saved = Checkpoint(settings, network, columns, arrays["letters"], int(about["tick"]), memory)
    _check(saved)
    return saved, about["stream"]


def _check(saved: Checkpoint) -> None:
    """ValueError for whatever the compiled loops take on trust."""
    network, people = saved.network, saved.network.people
    for name, column in saved.columns.items():
        if column.shape != (people,) or column.dtype != COLUMNS[name].dtype:
            raise ValueError(f"column {name} does not fit {people} people")
    names = people if network.label is None else len(network.label)
    if (len(network.key), len(network.group), names) != (people, people, people):
        raise ValueError(f"keys, groups or names do not fit {people} people")
    by_tie = [network.indices, *([] if network.weight is None else [network.weight])]
    steps = np.diff(network.indptr)
    if network.indptr[0] != 0 or (steps < 0).any() or any(len(part) != network.indptr[-1] for part in by_tie):
        raise ValueError("the network's rows do not fit its ties")
    rows = [network.indices, saved.letters[:, 0] & np.uint64(0xFFFFFFFF), saved.letters[:, 0] >> np.uint64(32)]
    if any((part >= people).any() for part in rows):
        raise ValueError(f"a tie or letter leads beyond {people} people")
