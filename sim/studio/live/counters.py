"""The outcomes of a page in plain words, and how their numbers are written."""

from __future__ import annotations

from typing import Any

from sim.lab.measures import is_share, meaning
from sim.model.outcomes import EVERY
from sim.studio.wording import capital

PLAIN = {  # outcome → what it is called on the page
    "kind_acts": "Kind acts",
    "hostile_acts": "Nasty acts",
    "acts_thanks": "Thank-yous",
    "acts_like": "Likes",
    "acts_substantial": "Real help",
    "needs_met": "Hard days answered",
    "needs_open": "People with a hard day",
    "resting": "Burned out and resting",
    "wellbeing": "Well-being",
    "norm": "Kindness people see",
    "gratitude": "Gratitude",
    "reward": "How rewarding giving feels",
    "sincere": "Kind acts that are meant",
    "found_out": "Kind acts found out as show",
    "received_gini": "How unequally it is received",
    "group_ratio": "Received by the smallest group",
    "cause_gift": "Acts that pass something on",
    "delivery": "Work that gets done",
    "attendance": "Present in the group",
    "recognition": "Feeling appreciated",
    "campaign_aware": "Have heard of it",
    "campaign_over": "Take part or did",
    "campaign_acted": "Did the real deed",
    "campaign_asks": "Asks for the real deed",
    "conversion": "Those aware who took part",
    "donors_per_member": "Members who did the deed",
    "nominations_wasted": "Calls that came too late",
}
_UNITS = {"1/person/day": "a person and day", "1/day": "a day"}


def counted(name: str) -> dict[str, Any]:
    """Name, label, unit, and `how` a number is written: a share in per cent, a level of 100, or a rate."""
    one = EVERY[name]
    label = PLAIN.get(name, capital(meaning(name)))
    if is_share(name):
        return {"name": name, "label": label, "unit": "", "how": "share"}
    if (one.low, one.high) == (0, 1):
        return {"name": name, "label": label, "unit": "of 100", "how": "level"}
    return {"name": name, "label": label, "unit": _UNITS.get(one.unit, ""), "how": "rate"}
