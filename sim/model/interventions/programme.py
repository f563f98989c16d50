"""All interventions of a world: who is reached, what the rules read in this tick, and what it has cost so far."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.model import rng
from sim.model.interventions.account import Account
from sim.model.interventions.base import Intervention, Target
from sim.model.interventions.draft import Draft
from sim.model.interventions.fading import leaves
from sim.model.interventions.here import DELIVERED, REACHED, SINCE, SWITCH, Here, Memory, group_number, uniforms
from sim.model.interventions.prepared import Prepared, prepare
from sim.model.network import seeding

PROMPT_MEMORY, TRUST_MEMORY = 14.0, 14.0  # days; Assumption
_LATE = 1e-9


class Programme:
    """The interventions of a world in the order of their names, and what must be remembered between ticks.

    memory : arrays by name; empty until something opens, so that worlds are the same before that
    """

    def __init__(self, interventions: list[Any], network: Any) -> None:
        self.plan: list[Intervention] = sorted(interventions, key=lambda one: one.name)
        self.memory: Memory = {}
        self._open: list[tuple[Intervention, Here, np.ndarray | None]] = []
        self._groups = int(network.group.max(initial=0)) + 1
        self._draft: Draft | None = None
        self._acted = -1
        for one in self.plan:
            _check_target(one, network)

    def switch(self, name: str, on: bool) -> None:
        """Open or close an intervention from the coming tick on, whatever its window says."""
        known = [one.name for one in self.plan]
        if name not in known:
            raise KeyError(f"no intervention is called {name}; there are {', '.join(known) or 'none'}")
        self._ledger(name)[SWITCH] = 1 if on else -1

    def is_open(self, one: Intervention, day: float) -> bool:
        """Whether it acts on this day: by its window, unless it was switched."""
        switch = int(self.memory[f"{one.name}.ledger"][SWITCH]) if f"{one.name}.ledger" in self.memory else 0
        return switch > 0 if switch else one.start - _LATE <= day < one.close - _LATE

    def act(self, world: Any) -> Prepared | None:
        """What the rules read in the coming tick; None while nothing is done."""
        for one in self.plan:
            if not self.is_open(one, world.day) and f"{one.name}.ledger" in self.memory:
                self._ledger(one.name)[SINCE] = -1
        self._open = [self._called(one, world) for one in self.plan if self.is_open(one, world.day)]
        self._forget(world.settings.dt)
        self._draft, self._acted = None, world.tick
        if not self._open:
            return None
        self._draft = draft = Draft(world.settings.rules, world.people)
        for one, here, who in self._open:
            one.act(here, who, draft)
        if draft.prompted is not None:
            self._open[0][1].remember_prompts(draft.prompted)
        return prepare(draft, world, self.memory)

    def on_campaign(self, levers: Any, tick: int) -> Any:
        """The campaign's levers of a tick, as interventions leave them."""
        if self._draft is None or self._acted != tick:
            return levers
        return self._draft.campaign.on(levers, self._groups)

    def close_tick(self, world: Any) -> None:
        """Count what was delivered and whom it reached, after a tick."""
        for one, here, who in self._open:
            here.inputs = world.inputs
            ledger, reached = here.ledger, self._reached(one.name, world.people)
            reached |= np.True_ if who is None else who
            ledger[REACHED] += world.people if who is None else int(who.sum())
            ledger[DELIVERED] += one.count(here, who)

    def account(self, dt: float) -> Account:
        """Cost, people ever reached by any, and deliveries up to now."""
        begun = [one for one in self.plan if f"{one.name}.reached" in self.memory]
        masks = [self.memory[f"{one.name}.reached"] for one in begun]
        anybody = int(np.logical_or.reduce(masks).sum()) if masks else 0
        delivered = sum(int(self.memory[f"{one.name}.ledger"][DELIVERED]) for one in begun)
        return Account(float(sum(self.cost(one, dt) for one in begun)), anybody, delivered)

    def cost(self, one: Intervention, dt: float) -> float:
        """What one intervention has cost so far."""
        ledger, cost = self.memory[f"{one.name}.ledger"], one.cost
        people = int(self.memory[f"{one.name}.reached"].sum())
        fees = float(self.memory.get(f"{one.name}.fees", np.zeros(1))[0])
        days = float(ledger[REACHED]) * dt
        return fees + cost.fixed + cost.per_person * people + cost.per_person_day * days + (
            cost.per_delivery * int(ledger[DELIVERED])
        )  # fmt: skip

    def _called(self, one: Intervention, world: Any) -> tuple[Intervention, Here, np.ndarray | None]:
        here = Here(world, one.name, self.memory)
        ledger = self._ledger(one.name)
        if ledger[SINCE] < 0:
            ledger[SINCE] = world.tick
        return one, here, self._target(one, world)

    def _ledger(self, name: str) -> np.ndarray:
        return self.memory.setdefault(f"{name}.ledger", np.array([-1, 0, 0, 0], np.int64))

    def _reached(self, name: str, people: int) -> np.ndarray:
        return self.memory.setdefault(f"{name}.reached", np.zeros(people, bool))

    def _target(self, one: Intervention, world: Any) -> np.ndarray | None:
        """bool[n], whom it reaches now; None = everybody. A choice made at the start is remembered."""
        aim, name = one.aim, f"{one.name}.chosen"
        if aim is None:
            return None
        if aim.at == "tick":
            return choose(aim, one.name, world)
        if name not in self.memory:
            self.memory[name] = choose(aim, one.name, world)
        return self.memory[name]

    def _forget(self, dt: float) -> None:
        """Counts of prompts and of acts found out fade."""
        for name, days in (("prompted", PROMPT_MEMORY), ("kept", TRUST_MEMORY), ("exposed", TRUST_MEMORY)):
            if name in self.memory:
                self.memory[name] = self.memory[name] * leaves(dt, days)


def choose(aim: Target, name: str, world: Any) -> np.ndarray:
    """bool[n], the people a target means now."""
    eligible = np.ones(world.people, bool)
    if aim.group is not None:
        eligible &= world.network.group == group_number(aim.group, world.network)
    if aim.keys is not None:
        eligible &= np.isin(world.network.key, np.array(aim.keys, np.uint32))
    if aim.where is not None:
        eligible &= aim.passes(world.columns)
    if aim.share == 1 and aim.rule == "random":
        return eligible
    lots = uniforms(world, name, rng.CHOOSE, 0)[0]
    return seeding.chosen(world.network, aim.rule, aim.share, eligible, lots)


def _check_target(one: Intervention, network: Any) -> None:
    """ValueError where a target names a group or keys that the network does not have."""
    aim = one.aim
    if aim is None or not network.people:
        return
    if aim.group is not None and not (network.group == group_number(aim.group, network)).any():
        known = network.group_names or tuple(map(str, np.unique(network.group)[:20]))
        raise ValueError(f'interventions: "{one.name}" aims at group "{aim.group}"; there are {", ".join(known)}')
    if aim.keys is not None and not np.isin(aim.keys, network.key).all():
        raise ValueError(f'interventions: "{one.name}" aims at keys that nobody here has')
