"""A checkpoint: columns, the last letters, network, tick and scenario in one file. The generator keeps no state, so
going on from a checkpoint is exact."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.model.columns import COLUMNS
from sim.model.disk import written
from sim.model.networks import Network
from sim.model.rng import STREAM
from sim.model.settings import ScenarioSettings

if TYPE_CHECKING:
    from sim.model.world import World

_TIES = ("indptr", "indices", "weight", "key", "group")


@dataclass(frozen=True)
class Checkpoint:
    """What a file holds."""

    settings: ScenarioSettings
    network: Network
    columns: dict[str, np.ndarray]
    letters: np.ndarray
    tick: int


def write(world: World, path: Path) -> None:
    """Write atomically; an old file at `path` is replaced only by a complete one."""
    network = world.network
    about = {
        "stream": STREAM,
        "tick": world.tick,
        "scenario": world.settings.model_dump(mode="json"),
        "label": network.label,
        "group_names": network.group_names,
    }
    arrays = {f"column_{name}": column for name, column in zip(COLUMNS, world.columns, strict=True)}
    ties = {f"network_{name}": getattr(network, name) for name in _TIES if getattr(network, name) is not None}
    with written(path) as file:
        np.savez(file, about=np.array(json.dumps(about)), letters=world.letters(), **arrays, **ties)


def read(path: Path) -> Checkpoint:
    """Read a checkpoint. Raises ValueError where the file is none, is damaged or has another version of the stream."""
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        about = json.loads(str(arrays.pop("about")))
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError) as error:
        raise ValueError(f"{path}: not a checkpoint, or damaged ({error})") from error
    if about["stream"] != STREAM:
        raise ValueError(f"{path}: made with stream {about['stream']}; this version draws from stream {STREAM}")
    ties = {name: arrays.get(f"network_{name}") for name in _TIES}
    network = Network(**ties, label=about["label"], group_names=tuple(about["group_names"]))  # type: ignore[arg-type]
    columns = {name: arrays[f"column_{name}"] for name in COLUMNS}
    return Checkpoint(ScenarioSettings.model_validate(about["scenario"]), network, columns, arrays["letters"], about["tick"])
