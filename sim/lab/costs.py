"""What a kind act costs: arms of a sweep against their control in money and in effect, paired run by run.

Interval of a ratio: Fieller (1954), as Briggs, O'Brien & Blackhouse (2002) recommend. Dominance: Drummond et al.
(2015). The plane and the acceptability curve: Fenwick, Claxton & Sculpher (2001); O'Brien & Briggs (2002).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.lab.contrast import LEVEL, RESAMPLES, interval, varied
from sim.lab.errors import BadInput, did_you_mean

if TYPE_CHECKING:
    import pandas as pd

EFFECTS = {  # outcome per person → what one of it is called
    "kind_acts_total": "kind act",
    "needs_met_total": "need met",
    "campaign_acted": "donor",
}
NO_GAIN = "no clear gain"
NAN = float("nan")


@dataclass(frozen=True)
class CostEffectiveness:
    """An arm against the control in one effect, over pairs of runs, for all people together.

    cost, cost_low, cost_high : mean extra cost and its interval, currency
    effect, effect_low, effect_high : mean extra effect and its interval, units
    ratio, low, high : extra cost per extra unit and its interval, currency/unit; nan but where `verdict` is "gain"
    verdict : "gain" (clearly more; the ratio is its price), "dominant" (clearly more, and clearly cheaper),
        "dominated" (clearly less for as much or more), "less for less" (clearly less, clearly cheaper), "clear loss"
        (clearly less, at a cost not clear), or "no clear gain"
    """

    effect_of: str
    unit: str
    arm: str
    control: str
    pairs: int
    cost: float
    cost_low: float
    cost_high: float
    effect: float
    effect_low: float
    effect_high: float
    ratio: float
    low: float
    high: float
    verdict: str


def cost_effectiveness(runs: pd.DataFrame, effects: Sequence[str] = (), control: str | None = None) -> pd.DataFrame:
    """One row per point, effect and arm but the control (the first arm if not named); columns of `CostEffectiveness`.

    runs : the `runs` table of a sweep; pairs in which a cost or an effect is missing are left out
    effects : of `EFFECTS`; all that the table has where none are named

    Raises BadInput for a control, an effect or a column that is not there.
    """
    import pandas as pd

    rows = []
    for told, effect, frame in _grouped(runs, effects, control):
        base = frame.attrs["control"]
        for arm, pairs in frame.groupby("arm", sort=False):
            d = pairs[["extra_cost", "extra_effect"]].to_numpy(float)
            rows.append(told | asdict(_compared(effect, str(arm), base, d[:, 0], d[:, 1])))
    return pd.DataFrame(rows)


def plane(runs: pd.DataFrame, effects: Sequence[str] = (), control: str | None = None) -> pd.DataFrame:
    """Points of the cost-effectiveness plane: one row per pair of runs, with extra_cost, extra_effect and quadrant
    (NE: dearer and more, NW: dearer and less, SW, SE; zeros count as dearer and as more)."""
    import pandas as pd

    frames = [frame.assign(effect_of=effect, **told) for told, effect, frame in _grouped(runs, effects, control)]
    found = pd.concat(frames, ignore_index=True)
    north, east = found["extra_cost"] >= 0, found["extra_effect"] >= 0
    return found.assign(quadrant=np.where(north, "N", "S") + np.where(east, "E", "W").astype(object))


def fieller(cost: np.ndarray, effect: np.ndarray, level: float = LEVEL) -> tuple[float, float]:
    """Ends of the interval of mean(cost)/mean(effect) over pairs, float64[n] each (Fieller 1954).

    nan where it is unbounded, as it is where the mean effect is not clearly other than 0, or where n < 2.
    """
    from scipy import stats

    n = cost.size
    if n < 2:
        return NAN, NAN
    t2 = float(stats.t.isf((1 - level) / 2, n - 1)) ** 2
    (vc, vce), (_, ve) = np.cov(cost, effect) / n * t2
    c, e = float(np.mean(cost)), float(np.mean(effect))
    bottom = e * e - ve
    if bottom <= 0:
        return NAN, NAN
    middle, reach = c * e - vce, np.sqrt(max(0.0, (c * e - vce) ** 2 - bottom * (c * c - vc)))
    return float((middle - reach) / bottom), float((middle + reach) / bottom)


def frontier(table: pd.DataFrame) -> pd.DataFrame:
    """The arms of one point and effect in rising effect, with what is worth paying for more (Drummond et al. 2015).

    table : rows of `cost_effectiveness`, at least one with a known mean; the control joins them at 0, 0
    Columns: arm, cost, effect, standing ("on it", "dominated": another gives as much or more for as little or less;
    "extendedly dominated": a mix of two others does), ratio (extra cost per extra unit over the arm before on the
    frontier; nan for the first and for arms not on it)
    """
    import pandas as pd

    table = table.dropna(subset=["cost", "effect"])
    arms = [str(table["control"].iloc[0]), *table["arm"]]
    cost, effect = (np.array([0.0, *table[name]], float) for name in ("cost", "effect"))
    standing = np.array(["dominated" if _is_dominated(k, cost, effect) else "on it" for k in range(len(arms))], object)
    ratio = np.full(len(arms), NAN)
    kept: list[int] = []
    for k in _rising(cost, effect, standing):
        while len(kept) > 1 and _slope(kept[-2], kept[-1], cost, effect) > _slope(kept[-1], k, cost, effect):
            standing[kept.pop()] = "extendedly dominated"
        kept.append(k)
    for before, k in pairwise(kept):
        ratio[k] = _slope(before, k, cost, effect)
    found = {"arm": arms, "cost": cost, "effect": effect, "standing": standing, "ratio": ratio}
    return pd.DataFrame(found).sort_values(["effect", "cost"], kind="stable", ignore_index=True)


def acceptability(
    runs: pd.DataFrame, effect: str, willingness: Sequence[float] = (), control: str | None = None
) -> pd.DataFrame:
    """The acceptability curve: how sure it is that an arm is worth its cost, by what a unit is worth.

    willingness : currency/unit; 41 steps up to twice the dearest ratio where none are given
    Columns: arm (the control, too), willingness, benefit (mean net benefit against the control, currency), worth
    (share of bootstrap resamples in which it is above 0; nan for the control), best (share in which no arm has more;
    ties are shared), chosen (whether `benefit` is the largest: the frontier of the curves)

    Resamples draw whole replicates, those that every arm has; with fewer than two, shares are nan.
    """
    import pandas as pd

    rows = []
    for told, _, frame in _grouped(runs, [effect], control):
        cost, gain = (
            frame.pivot(index=["seed", "replicate"], columns="arm", values=name)
            for name in ("extra_cost", "extra_effect")
        )
        arms = list(dict.fromkeys(frame["arm"]))
        whole = (cost.notna() & gain.notna()).all(axis=1)
        made = _curves(cost.loc[whole, arms].to_numpy(float), gain.loc[whole, arms].to_numpy(float), willingness)
        rows += [told | {"arm": name} | row for k, row in made for name in [[frame.attrs["control"], *arms][k]]]
    return pd.DataFrame(rows)


def _curves(cost: np.ndarray, gain: np.ndarray, willingness: Sequence[float]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows of the curves, by place of the arm: 0 is the control, which has nothing extra."""
    n = len(cost)
    cost, gain = (np.column_stack([np.zeros(n), part]) for part in (cost, gain))
    shares = np.random.default_rng(n).multinomial(n, np.full(n, 1 / n), RESAMPLES) / n if n else np.empty((0, 0))
    costs, gains = shares @ cost, shares @ gain
    for price in willingness if len(willingness) else _ladder(cost, gain):
        net, mean = price * gains - costs, (price * gain - cost).mean(axis=0) if n else np.full(cost.shape[1], NAN)
        top = net == net.max(axis=1, keepdims=True)
        best = (top / top.sum(axis=1, keepdims=True)).mean(axis=0) if n > 1 else np.full(cost.shape[1], NAN)
        worth = (net > 0).mean(axis=0) if n > 1 else best
        for k in range(cost.shape[1]):
            known = {"willingness": float(price), "benefit": float(mean[k]), "worth": float(worth[k]) if k else NAN}
            yield k, known | {"best": float(best[k]), "chosen": bool(n and k == int(np.argmax(mean)))}


def _ladder(cost: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """What a unit may be worth: from 0 to twice the dearest ratio of an arm that gives more for more."""
    c, e = (part.mean(axis=0) if len(part) else np.zeros(part.shape[1]) for part in (cost, gain))
    dear = (c > 0) & (e > 0)
    return np.linspace(0, 2 * float(np.max(c[dear] / e[dear])) if dear.any() else 1.0, 41)


def _compared(effect: str, arm: str, control: str, cost: np.ndarray, gain: np.ndarray) -> CostEffectiveness:
    known = np.isfinite(cost) & np.isfinite(gain)
    cost, gain = cost[known], gain[known]
    cheap, dear, _ = interval(cost, student=True)
    least, most, _ = interval(gain, student=True)
    verdict = _verdict(cheap, dear, least, most)
    means = [float(np.mean(each)) if each.size else NAN for each in (cost, gain)]
    ratio, ends = NAN, (NAN, NAN)
    if verdict == "gain":
        ratio, ends = means[0] / means[1], fieller(cost, gain)
    of = (effect, EFFECTS[effect], arm, control, cost.size)
    return CostEffectiveness(*of, means[0], cheap, dear, means[1], least, most, ratio, *ends, verdict)


def _verdict(cheap: float, dear: float, least: float, most: float) -> str:
    """From the intervals of extra cost and extra effect; comparisons with nan are false."""
    if least > 0:
        return "dominant" if dear < 0 else "gain"
    if most < 0:
        return "dominated" if cheap >= 0 else "less for less" if dear < 0 else "clear loss"
    return NO_GAIN


def _is_dominated(k: int, cost: np.ndarray, effect: np.ndarray) -> bool:
    as_good = (cost <= cost[k]) & (effect >= effect[k])
    return bool((as_good & ((cost < cost[k]) | (effect > effect[k]))).any())


def _rising(cost: np.ndarray, effect: np.ndarray, standing: np.ndarray) -> list[int]:
    """Places of the arms not dominated, in rising effect; of equal arms the first."""
    alive = [k for k in np.lexsort((np.arange(cost.size), effect)) if standing[k] == "on it"]
    return [int(k) for place, k in enumerate(alive) if place == 0 or effect[k] > effect[alive[place - 1]]]


def _slope(one: int, other: int, cost: np.ndarray, effect: np.ndarray) -> float:
    return float((cost[other] - cost[one]) / (effect[other] - effect[one]))


def _grouped(
    runs: pd.DataFrame, effects: Sequence[str], control: str | None
) -> Iterator[tuple[dict[str, Any], str, pd.DataFrame]]:
    """For each point and effect: the point, the effect, and one row per pair (arm, seed, replicate, extra_cost,
    extra_effect), in `attrs` the control."""
    arms = list(dict.fromkeys(runs["arm"]))
    control = control or arms[0]
    chosen = _chosen(runs, effects)
    if control not in arms:
        known = f"is no arm; there are {', '.join(arms)}{did_you_mean(control, arms)}"
        raise BadInput("runs", None, control, known)
    names = varied(runs, chosen)
    for point, group in runs.groupby(names, sort=False, dropna=False) if names else [((), runs)]:
        for effect in chosen:
            yield dict(zip(names, point, strict=True)), effect, _pairs(group, effect, arms, control)


def _chosen(runs: pd.DataFrame, effects: Sequence[str]) -> list[str]:
    there = [name for name in EFFECTS if name in runs.columns]
    found = list(effects) or [name for name in there if runs[name].notna().any()] or there or [next(iter(EFFECTS))]
    for name in found:
        if name not in EFFECTS:
            text = f"is no effect; there are {', '.join(EFFECTS)}{did_you_mean(name, EFFECTS)}"
            raise BadInput("runs", None, name, text)
    for name in ("cost", "people", *found):
        if name not in runs.columns:
            raise BadInput("runs", None, name, "is no column here; the study must have it among its outcomes")
    return found


def _pairs(group: pd.DataFrame, effect: str, arms: Sequence[str], control: str) -> pd.DataFrame:
    import pandas as pd

    whole = group.assign(_cost=group["cost"].astype(float), _effect=group[effect].astype(float) * group["people"])
    run = ["seed", "replicate"]
    base = whole[whole["arm"] == control].set_index(run)
    frames = []
    for arm in arms:
        if arm != control:
            mine = whole[whole["arm"] == arm].set_index(run)
            extra = {f"extra_{name}": mine[f"_{name}"] - base[f"_{name}"] for name in ("cost", "effect")}
            frames.append(pd.DataFrame(extra).reset_index().assign(arm=arm))
    frame = (
        pd.concat(frames, ignore_index=True)
        if frames
        else pd.DataFrame(columns=[*run, "extra_cost", "extra_effect", "arm"])
    )
    frame.attrs["control"] = control
    return frame
