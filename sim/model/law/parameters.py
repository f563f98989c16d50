"""How a parameter is stated: default, range, unit, meaning and source in one place, checked once at the door."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError


def parameter(default: Any, low: float, high: float, meaning: str, unit: str = "1", source: str = "Assumption") -> Any:
    """A number with its allowed range (inclusive), unit and source; "Assumption" where no study sets it."""
    extra: dict[str, Any] = {"unit": unit, "source": source}
    return Field(default, ge=low, le=high, description=meaning, json_schema_extra=extra)


def contradiction(message: str, *keys: str) -> PydanticCustomError:
    """An error between settings of one table; `keys` are the ones to look at, the likeliest culprit first."""
    return PydanticCustomError("contradiction", "{message}", {"message": message, "keys": keys})


class Settings(BaseModel):
    """Unknown keys, non-finite numbers and silent conversions (a string for a number) are errors."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True, strict=True)
