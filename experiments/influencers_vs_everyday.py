"""With one budget: a few people with many followers, or many with few?

Everybody asked costs 1 per follower. The most followed hundredth has about a tenth of all followers, so that a tenth of
all people, picked at random, costs the same; the table's `cost` shows how nearly.
"""

from __future__ import annotations

from sim import Headline, Study, experiment, grid

ASKED = {"kind": "influencers", "name": "asked", "warmth": 1.0, "fee_per_follower": 1.0}


def asked(share: float, rule: str) -> dict[str, object]:
    """An arm in which a share of people, by a rule, are warmer."""
    return {"interventions": [ASKED | {"target": {"share": share, "rule": rule}}]}


STUDY = Study(
    name="influencers_vs_everyday",
    question="With one budget: a few people with many followers, or many with few?",
    scenario="influencers",
    points=grid({"network.kind": ["scale_free", "small_world"]}),
    arms={
        "nobody": {},
        "most_followed": asked(0.01, "in_degree"),
        "same_cost_at_random": asked(0.08, "random"),
    },
    replicates=10,
    changes={"network.people": 1_000},
    outcomes=("kind_acts", "norm", "resting", "cost"),
)
HEADLINE = Headline("kind_acts", "same_cost_at_random")

if __name__ == "__main__":
    experiment(STUDY, HEADLINE)
