"""The calibration table: each published trial as a little experiment on the model, and the nulls. `kindling verify`.

Calibration sets coefficients, so that agreement is no evidence of validity; bands were fixed beforehand. A new trial
is one function, experiment(people, **rules) → estimates, and one entry of `TRIALS` in the chapter where it belongs.
"""

from __future__ import annotations

from sim.lab.verify import acting, campaigning, learning, nulls, receiving, seeing, staying
from sim.lab.verify.trial import Trial

_CHAPTERS = (receiving, staying, seeing, acting, campaigning, learning, nulls)
TRIALS: dict[str, Trial] = {
    trial.id: trial
    for trial in sorted((t for chapter in _CHAPTERS for t in chapter.TRIALS), key=lambda t: (t.id[0], int(t.id[1:])))
}
