"""Does a limit to what one gives in a day pay where people burn out easily?"""

from __future__ import annotations

from sim import Headline, Study, experiment, grid

STUDY = Study(
    name="burnout_rate",
    question="Does a limit to what one gives in a day pay where people burn out easily?",
    scenario="everyday",
    points=grid({"rules.burnout_rate": [0.03, 0.1, 0.2, 0.3]}),
    arms={"no_limit": {}, "limit": {"interventions": [{"kind": "self_care", "name": "limit"}]}},
    replicates=10,
    changes={"network.people": 1_000},
    outcomes=("resting", "kind_acts", "needs_met", "wellbeing"),
)
HEADLINE = Headline("resting", "limit")

if __name__ == "__main__":
    experiment(STUDY, HEADLINE)
