"""Interventions that change the platform: ease, ranking, verification, moderation."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from sim.model.compiled import f32
from sim.model.interventions.base import Aimed, Draft, Here, Intervention, Who
from sim.model.interventions.fading import leaves
from sim.model.law.gestures import CATALOGUE
from sim.model.law.parameters import contradiction, parameter

GESTURES = tuple(gesture.name for gesture in CATALOGUE)


class Ease(Aimed):
    """Supportive design: friction/(1 + ease), thanking made easier, perhaps one gesture made handier than others."""

    kind: Literal["ease"] = "ease"
    ease: float = parameter(1.0, 0, 10, "ease added", source="Assumption (0-2)")
    thanks: float = parameter(0.0, 0, 5, "log-odds of thanking added", "log-odds", "Assumption (0-1)")
    gesture: Literal[GESTURES] | None = Field(None, description="a gesture made handier, as by a one-tap button")  # type: ignore[valid-type]
    factor: float = parameter(1.0, 0, 10, "factor on that gesture's share", source="Assumption (1-3)")

    @model_validator(mode="after")
    def _for_everybody(self) -> Ease:
        if self.gesture is not None and self.target is not None:
            raise contradiction(
                "a gesture is made handier for everybody; leave out target or gesture", "gesture", "target"
            )
        if self.gesture is None and self.factor != 1:
            raise contradiction("factor needs a gesture to apply to", "factor")
        return self

    def act(self, here: Here, who: Who, draft: Draft) -> None:
        """Ease adds, shares multiply."""
        draft.add("ease", who, self.ease)
        draft.add("thanks_offset", who, self.thanks)
        if self.gesture is not None:
            draft.share(self.gesture, self.factor)


class Ranking(Aimed):
    """How the feed chooses: by how much engagement counts, by what it takes for a signal, whom it shows, whom it lifts.

    What is left out stays as it is. The target says whom `boost` lifts; the rest holds for everybody.
    """

    kind: Literal["ranking"] = "ranking"
    sole: ClassVar[tuple[str, ...]] = ("ranking", "signal", "recommended")
    ranking: float | None = parameter(None, 0, 3, "engagement exponent of the feed", source="Assumption (0-1)")
    signal: Literal["score", "trust"] | None = Field(
        None, description="score: gestures received; trust: share of one's visible acts that were not found out"
    )
    recommended: float | None = parameter(None, 0, 1, "share of slots that show strangers", source="Assumption (0-.3)")
    boost: float = parameter(1.0, 0, 100, "factor on the weight of the target's items", source="Assumption (1-5)")

    def act(self, here: Here, who: Who, draft: Draft) -> None:
        """Settings are put, boosts multiply."""
        if self.ranking is not None:
            draft.put("ranking", self.ranking)
        if self.recommended is not None:
            draft.put("recommended", self.recommended)
        if self.signal is not None:
            draft.trusted = self.signal == "trust"
        if self.boost != 1:
            draft.multiply("boost", who, self.boost)


class Verification(Intervention):
    """Performed gestures are found out more often; people expect it, and act less for show."""

    kind: Literal["verification"] = "verification"
    sole: ClassVar[tuple[str, ...]] = ("detection",)
    detection: float = parameter(
        0.5, 0, 0.99, "chance that a performed gesture is found out", source="Assumption (.1-.9)"
    )

    def act(self, here: Here, who: Who, draft: Draft) -> None:
        """Detection is put."""
        draft.put("detection", self.detection)


class Moderation(Aimed):
    """Hostile acts of the target are caught, early enough or after the harm; some kind acts are removed by mistake.

    Caught before being read (chance e^(−delay)), an act reaches nobody; afterwards, only the context is spared. The
    author of a kind act removed by mistake has still paid for it. For mistakes that differ by group add a second one.
    """

    kind: Literal["moderation"] = "moderation"
    caught: float = parameter(0.5, 0, 1, "chance that a hostile act is caught")
    delay: float = parameter(
        0.0, 0, 30, "mean delay, in times it takes until an act is read", "day", "Assumption (0-1)"
    )
    wrongly: float = parameter(
        0.0, 0, 1, "chance that a visible kind act is removed by mistake", source="Assumption (0-.05)"
    )

    def act(self, here: Here, who: Who, draft: Draft) -> None:
        """Chances combine."""
        draft.chance("caught", who, self.caught)
        draft.chance("caught_early", who, f32(self.caught) * leaves(self.delay, 1.0))
        draft.chance("wrongly", who, self.wrongly)

    def count(self, here: Here, who: Who) -> int:
        """Removed acts of the target."""
        return here.removed(who)
