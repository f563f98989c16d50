"""The numbers that families of networks are made from."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from sim.model.law.parameters import Settings, parameter


class FamilyNumbers(Settings):
    """What a family is asked for; each reads the numbers it knows."""

    degree: float = parameter(14.0, 0, 1e6, "mean number of ties a person has", "ties")
    rewiring: float = parameter(0.1, 0, 1, "chance that a small-world tie is rewired")
    homophily: float = parameter(0.8, 0, 1, "homophilic: preference for one's own group; .5 = none")
    minority: float = parameter(0.2, 0, 0.5, "homophilic: share of the smaller group")
    communities: int = Field(10, ge=1, le=65_535, description="communities: number of blocks")
    inside: float = parameter(0.8, 0, 1, "communities: share of a person's ties inside the own block")
    degrees: list[int] | None = Field(None, description="configuration: one degree per person")
    generator: str | None = Field(None, description="networkx: name of a networkx generator")
    arguments: dict[str, Any] = Field(default_factory=dict, description="networkx: its keyword arguments")
