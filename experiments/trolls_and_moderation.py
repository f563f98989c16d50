"""Does moderation pay where few people are hostile, and what do its mistakes cost?"""

from __future__ import annotations

from sim import Headline, Study, experiment, grid

STUDY = Study(
    name="trolls_and_moderation",
    question="Does moderation pay where few people are hostile, and what do its mistakes cost?",
    scenario="trolls",
    points=grid({"population.hostile_share": [0.01, 0.03, 0.05, 0.1]}),
    replicates=10,
    changes={"network.people": 1_000},
    outcomes=("wellbeing", "hostile_acts", "kind_acts", "gratitude"),
)
HEADLINE = Headline("wellbeing", "moderated")

if __name__ == "__main__":
    experiment(STUDY, HEADLINE)
