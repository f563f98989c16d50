"""What a page may ask of its session: every message is one of these, or it is refused with one sentence."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

LONGEST = 8_000  # letters of a message
MOST_PEOPLE = 200_000
Place = Annotated[int, Field(ge=0, le=1)]  # which of two worlds
Name = Annotated[str, Field(min_length=1, max_length=80)]


class Refused(Exception):
    """A message that cannot be followed; str() is the sentence for the page."""


class Operation(BaseModel):
    """Unknown keys, silent conversions and numbers that are not finite are errors."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True, strict=True)


class Lever(Operation):
    """Put a lever from the coming tick on, in one world or in all."""

    op: Literal["lever"] = "lever"
    key: Name
    value: float
    world: Place | None = None


class Switch(Operation):
    """Open or close an intervention from the coming tick on, in one world or in all."""

    op: Literal["switch"] = "switch"
    name: Name
    on: bool
    world: Place | None = None


class Start(Operation):
    """Worlds made anew, on day 0: what is left out is as the scenario has it.

    arms : one or two names, the worlds from left to right
    levers, switches : put and thrown before the first tick, in this order
    """

    op: Literal["start"] = "start"
    people: int | None = Field(None, ge=1, le=MOST_PEOPLE)
    seed: int | None = Field(None, ge=0, le=2**32 - 1)
    arms: list[Name] | None = Field(None, min_length=1, max_length=2)
    levers: list[Lever] = Field(default_factory=list, max_length=64)
    switches: list[Switch] = Field(default_factory=list, max_length=64)


class Play(Operation):
    """Go on by oneself."""

    op: Literal["play"] = "play"


class Pause(Operation):
    """Stand still."""

    op: Literal["pause"] = "pause"


class Step(Operation):
    """One tick, and stand still."""

    op: Literal["step"] = "step"


class Speed(Operation):
    """Ticks a second, as far as the machine keeps up."""

    op: Literal["speed"] = "speed"
    value: float = Field(ge=0.1, le=1000)


class Select(Operation):
    """Look at one person, by row or by name; at nobody where both are left out."""

    op: Literal["select"] = "select"
    world: Place = 0
    row: int | None = Field(None, ge=0, lt=2**32)
    name: Name | None = None


class Ripple(Operation):
    """Undo the last kind act of the person who is looked at, in a twin, and follow what goes differently."""

    op: Literal["ripple"] = "ripple"


class Seen(Operation):
    """The page has drawn a frame; the next may come."""

    op: Literal["seen"] = "seen"
    frame: int = Field(ge=0)


AnyOperation = Lever | Switch | Start | Play | Pause | Step | Speed | Select | Ripple | Seen
_READER: TypeAdapter[Any] = TypeAdapter(Annotated[AnyOperation, Field(discriminator="op")])


def read(text: str | bytes) -> AnyOperation:
    """The operation that a message asks for; Refused says in one sentence why it is none."""
    if not isinstance(text, str):
        raise Refused("The page sent bytes, and only text is understood.")
    if len(text) > LONGEST:
        raise Refused(f"The message is too long: {len(text):,} letters, at most {LONGEST:,}.")
    try:
        found: AnyOperation = _READER.validate_json(text)
    except ValidationError as error:
        raise Refused(_sentence(error)) from None
    return found


def _sentence(error: ValidationError) -> str:
    """The first fault, without what was sent: that may be anything."""
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return "The message is not JSON."
    if first["type"].startswith("union_tag"):
        return "There is no such operation."
    place = ".".join(str(part) for part in first["loc"][1:])[:80]
    return f"{place or 'The message'}: {first['msg'][:200]}."
