"""Do reminders still add kindness where acting tires people more?"""

from __future__ import annotations

from sim import Headline, Study, experiment, grid

STUDY = Study(
    name="prompts_and_fatigue",
    question="Do reminders still add kindness where acting tires people more?",
    scenario="everyday",
    points=grid({"rules.effort_weight": [0.5, 1.0, 2.0, 4.0]}),
    arms={"no_prompt": {}, "prompt": {"rules.prompt": 0.3}, "strong_prompt": {"rules.prompt": 1.0}},
    replicates=10,
    changes={"network.people": 1_000},
    outcomes=("kind_acts", "resting", "needs_met", "wellbeing"),
)
HEADLINE = Headline("needs_met", "strong_prompt")

if __name__ == "__main__":
    experiment(STUDY, HEADLINE)
