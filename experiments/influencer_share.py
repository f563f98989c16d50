"""Does it take many well-followed kind people to lift everybody, or do a few do it?

The most followed are warmer than they would be, by two log-odds; their share is swept."""

from __future__ import annotations

from sim import Headline, Study, experiment, grid

STUDY = Study(
    name="influencer_share",
    question="Does it take many well-followed kind people to lift everybody, or do a few do it?",
    scenario="influencers",
    points=grid({"population.influencer_share": [0.0, 0.005, 0.01, 0.02, 0.05, 0.1]}),
    arms={"as_others": {"population.influencer_warmth": 0.0}, "kinder": {"population.influencer_warmth": 2.0}},
    replicates=10,
    changes={"network.people": 1_000},
    outcomes=("kind_acts", "norm", "resting", "needs_met"),
)
HEADLINE = Headline("kind_acts", "kinder", at={"population.influencer_share": 0.02})

if __name__ == "__main__":
    experiment(STUDY, HEADLINE)
