"""Who people are: traits drawn from the stream, one keyed block per person, and the state of day 0."""

from __future__ import annotations

from functools import cache

import numpy as np

from sim.model import rng
from sim.model.arith import exp, log, normal
from sim.model.compiled import f32, kernel_pass
from sim.model.law import extras
from sim.model.law.columns import Columns, empty
from sim.model.law.extras import ExtraColumns
from sim.model.law.settings import PopulationSettings, RuleSettings, ScenarioSettings
from sim.model.network.networks import Network
from sim.model.stream import Moment, Ties, uniforms

_NODES = 4096  # a Beta trait is a straight line between this many quantiles
_MOST_TIES = 2**32 - 1


def people(settings: ScenarioSettings, network: Network) -> Columns:
    """Columns on day 0, not yet published: traits, and states at the constants on which the rules are centred."""
    columns = empty(network.people)
    columns.key[:], columns.group[:] = network.key, network.group
    _draw_traits(columns, settings)
    _count_followers(columns, settings, network)
    _begin(columns, settings.rules)
    return columns


def extra_columns(settings: ScenarioSettings, network: Network) -> ExtraColumns:
    """Columns of the mechanisms that are on, on day 0."""
    grouped = bool((network.group != network.group[:1]).any())
    names = extras.present(settings, grouped)
    columns = extras.empty(network.people, names)
    columns.pace[:] = settings.learning.rate_ref
    columns.recognition[:] = settings.membership.recognition_ref
    if settings.custom.followed:
        committed, start, _, _ = _uniforms(network.key, 0, settings, rng.CUSTOM)
        columns.committed[:] = committed < f32(settings.custom.committed)
        columns.custom[:] = (columns.committed == 1) | (start < f32(settings.custom.start))
        columns.heard[:] = columns.custom * np.uint32(2**settings.custom.heard - 1)
    return columns


def ties_of(settings: ScenarioSettings, network: Network) -> Ties:
    """The ties as both engines read them; if they change, a copy of their strengths, none broken, none above 2.

    ValueError for more ties than the kernel tells apart, whose places among them are 32-bit numbers.
    """
    if network.ties > _MOST_TIES:
        raise ValueError(f"network: {network.ties} ties are too many; at most {_MOST_TIES}")
    if settings.ties.changing or network.later is not None:
        given = np.ones(network.ties, np.float32) if network.weight is None else network.weight
        least = f32(settings.ties.break_level)
        weight = np.where(given > 0, np.clip(given, least, f32(2)), f32(0)) if settings.ties.changing else given.copy()
    else:
        weight = np.empty(0, np.float32) if network.weight is None else network.weight
    somebody = np.zeros(1, network.indices.dtype)  # who is looked up, and not read, where nobody has a tie
    return Ties(network.indptr, network.indices if network.ties else somebody, weight)


def _uniforms(
    key: np.ndarray, index: int, settings: ScenarioSettings, purpose: np.uint64 = rng.TRAIT
) -> tuple[np.ndarray, ...]:
    """Four uniform numbers per person, float32[n] each."""
    moment = Moment(np.uint64(settings.seed), np.uint64(settings.replicate), np.uint64(0))
    return uniforms(key, index, moment, purpose)


def _draw_traits(columns: Columns, settings: ScenarioSettings) -> None:
    p = settings.population
    warmth, attention, image, baseline = _uniforms(columns.key, 0, settings)
    gain, loss, hostile, _ = _uniforms(columns.key, 1, settings)
    _normal(warmth, f32(p.warmth_mean), f32(p.warmth_sd), columns.warmth)
    _draw_attention(p, attention, columns.attention)
    columns.image[:] = beta_quantile(image, p.image_alpha, p.image_beta)
    columns.learning_gain[:] = beta_quantile(gain, p.gain_alpha, p.gain_beta)
    columns.learning_loss[:] = beta_quantile(loss, p.loss_alpha, p.loss_beta)
    columns.baseline[:] = beta_quantile(baseline, *_beta_shape(p.wellbeing_mean, p.wellbeing_sd))
    columns.hostility[:] = np.where(hostile < f32(p.hostile_share), f32(p.hostile_level), f32(-np.inf))


def _draw_attention(p: PopulationSettings, u: np.ndarray, attention: np.ndarray) -> None:
    """Lognormal with the stated mean, within its limits."""
    if p.attention_mean == 0:
        attention[:] = 0
        return
    spread = f32(p.attention_sd)
    _normal(u, f32(log(f32(p.attention_mean))) - spread * spread / f32(2), spread, attention)
    _exponentiate(attention)
    np.clip(attention, f32(p.attention_min), f32(p.attention_max), out=attention)


@kernel_pass
def _normal(u, mean, spread, out):
    for i in range(u.size):
        out[i] = mean + spread * normal(u[i])


@kernel_pass
def _exponentiate(x):
    for i in range(x.size):
        x[i] = exp(x[i])


def _beta_shape(mean: float, sd: float) -> tuple[float, float]:
    """Beta shapes with this mean and standard deviation."""
    total = mean * (1 - mean) / sd**2 - 1
    return mean * total, (1 - mean) * total


def beta_quantile(u: np.ndarray, alpha: float, beta: float) -> np.ndarray:
    """Quantile of Beta(alpha, beta) at u, by straight lines between 4,096 exact quantiles rounded to float32.

    u : float32[n], 0..1. Rounding the quantiles keeps the bits the same where libraries differ in the last place.
    """
    nodes = _beta_nodes(alpha, beta)
    place = u * f32(_NODES)
    left = np.minimum(place.astype(np.int64), _NODES - 1)
    return nodes[left] + (place - left.astype(np.float32)) * (nodes[left + 1] - nodes[left])


@cache
def _beta_nodes(alpha: float, beta: float) -> np.ndarray:
    """float32[_NODES + 1]; kept, since worlds of a sweep ask for the same few shapes."""
    from scipy.special import betaincinv

    nodes = betaincinv(alpha, beta, np.linspace(0, 1, _NODES + 1)).astype(np.float32)
    nodes.setflags(write=False)
    return nodes


def _count_followers(columns: Columns, settings: ScenarioSettings, network: Network) -> None:
    followers = network.followers()
    columns.audience[:] = followers / (followers + settings.rules.audience_ref)
    chosen = round(settings.population.influencer_share * network.people)
    if chosen:
        most = np.lexsort((columns.key, -followers))[:chosen]
        columns.warmth[most] += f32(settings.population.influencer_warmth)


def _begin(columns: Columns, rules: RuleSettings) -> None:
    columns.reward[:], columns.gratitude[:] = rules.reward_ref, rules.gratitude_ref
    columns.exhaustion[:], columns.norm[:] = rules.exhaustion_ref, rules.norm_ref
    columns.wellbeing[:] = columns.baseline
    columns.read[:] = columns.attention * f32(rules.quiet)
    columns.shown[:] = columns.read * f32(rules.norm_ref)
