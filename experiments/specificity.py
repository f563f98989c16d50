"""How much does it matter that praise says what it is for?"""

from __future__ import annotations

from sim import Headline, Study, experiment, grid

STUDY = Study(
    name="specificity",
    question="How much does it matter that praise says what it is for, where thanks are dearer or cheaper?",
    scenario="specific_praise",
    points=grid({"rules.thanks_offset": [-4.0, -3.0, -2.0]}),
    arms={
        "general": {},
        "a_tenth": {"rules.specificity": 1.1},
        "a_fifth": {"rules.specificity": 1.2},
        "half": {"rules.specificity": 1.5},
    },
    replicates=10,
    changes={"network.people": 1_000},
    outcomes=("gratitude", "kind_acts", "cause_gift", "wellbeing"),
)
HEADLINE = Headline("kind_acts", "a_fifth")

if __name__ == "__main__":
    experiment(STUDY, HEADLINE)
