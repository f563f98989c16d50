"""The words of the model description that no table can give: what is true of every scenario."""

from __future__ import annotations

PURPOSE = """\
The model asks when small kind acts start something larger. People on a social network trade gestures (a like, thanks, \
an encouraging comment, a private check-in, a shared resource, substantial help), are rewarded for giving and for \
receiving, pass kindness on, tire, burn out and recover. It is meant for comparing worlds that differ in one thing, an \
intervention or a mechanism, and for asking how far a single act carries. It is not meant for forecasting how many acts \
a real community will see: many levels rest on assumptions, which are marked as such below.

The model is judged by three kinds of pattern: mathematical results that must hold exactly; trials, which set \
coefficients and are therefore no evidence of validity; and published nulls, which must come out null."""

ENTITIES = """\
The entities are **people**, one per row of the state; directed, possibly weighted **ties**, where a tie a→b means that a \
reads b; and **acts** (letters), which live for one tick and carry giver, receiver, gesture, visibility, sincerity, value, \
what moved the act, and the act that began its chain. There is no space but the network. A **profile**, published at the \
end of a tick, is all that others can read of a person; its numbers are rounded to the steps stated in the code, and \
everybody reads the rounded values."""

OVERVIEW = """\
Everything is synchronous: nobody sees an act of this tick before the next one, and an influence travels one tie a tick. \
Rates are per day and enter a tick of dt days as 1 − exp(−rate·dt); a decision uses the mean of a decaying state over \
the tick. Within a phase a person writes only their own row, so that no order of people can matter.

| phase | writes | may read of others | what happens |
|---|---|---|---|
| 0 intervene | levers and traits, between ticks | everything | interventions whose window is open act |
| 1 browse | one's own outbox | the profiles published last tick | read the feed; on each item decide whether and how to act; perhaps thank one's helper |
| 2 receive | one's own row | the inbox, in the order of sender and slot | old states decay first, then gestures arrive: gratitude, needs, hurt |
| 3 settle | one's own row and next profile | nothing | pay effort, learn, recover or burn out, meet new needs, feel, publish |
| 4 measure | nothing | everything | outcomes |"""

CONCEPTS: tuple[tuple[str, str], ...] = (
    ("Basic principles", """\
Acting is a choice in log-odds, so that published odds ratios enter unchanged. Each influence is one term, centred on a \
stated constant: a coefficient of 0 removes the feedback and keeps the level. Independent cascade, threshold, epidemic \
and no-contagion worlds are special cases of the same rules."""),
    ("Emergence", """\
Levels of kindness, chains of acts, norms, burnout and gaps between groups emerge from individual choices. No rule \
mentions any of them, and nothing is ever centred on a running mean of the population."""),
    ("Adaptation", """\
People act more readily after gifts, where kindness is usual, where it has paid, where others liked an item and where \
they notice a need; less when tired or when others already helped. The choice of gesture answers effort, tiredness and \
concern for one's image."""),
    ("Objectives", "People maximise nothing. Rewards act only through learning."),
    ("Learning", "The reward of acting is learned by a Rescorla-Wagner rule with rates of its own for gains and losses."),
    ("Prediction", "People expect detection: concern for image counts less where performed gestures are found out more."),
    ("Sensing", """\
People know their own states, and of others the published profile of last tick, of the people they read only. A need is \
noticed with a stated chance; a performed gesture is found out with a stated chance."""),
    ("Interaction", "Direct, by acts sent along ties, and indirect, by what profiles show. Attention is limited: a person reads so many items a day."),
    ("Stochasticity", """\
Every random number is a pure function of seed, replicate, person, tick, purpose and index (Philox4x32-10, Salmon et al. \
2011). Two arms of an experiment therefore share every coin flip, and the ripple of one act is exact. Candidates for the \
feed are drawn without looking at anybody's state; those present then race (Efraimidis & Spirakis 2006), so that one act \
more does not reorder everything behind it."""),
    ("Collectives", "Groups (community, class, team) are a trait and give the network its blocks; they decide nothing by themselves."),
)  # fmt: skip

INITIALIZATION = """\
Traits are drawn once per person, each by a draw of its own, so that one more person changes nobody else. States begin at \
the constants on which their terms are centred: reward, gratitude, exhaustion and norm at their reference values, \
well-being at each person's baseline, no needs, nobody resting. Levels settle within about 100 days; scenarios about \
levels should look at what comes after."""

NO_INPUT = "The model reads no data while it runs. Its network is generated, on the same stream of random numbers."
INPUT = "The network is read from a file before the run. Nothing is read while the model runs."

SUBMODELS = """\
Each rule is one function on plain numbers, which both engines call. Names are those of the code; arguments are named as \
the columns of element 2 and the parameters below. *Assumption* marks what no study sets."""
