"""Interventions: things done from outside, to some people, for a while, at a cost. They change inputs, never a rule.

Phase 0 of a tick, between ticks, in array code: every intervention whose window is open (by its days, or switched by
`World.switch`) acts on a `Draft`, the quantities that rules read. Both engines then read the finished draft, so they
stay bit-identical under all of them.

To add one, write a class with its doses and one method, and enter it in `registry.INTERVENTIONS`:

    class Festival(Aimed):
        '''A day of kindness: acting is easier for everybody it reaches.'''

        kind: Literal["festival"] = "festival"
        boost: float = parameter(0.5, 0, 3, "log-odds of acting", "log-odds")

        def act(self, here: Here, who: Who, draft: Draft) -> None:
            draft.add("prompt", who, self.boost)

`here` knows the days since it opened, draws of its own (`today`, `now`, `lots`) and the columns; `who` is bool[n], or
None for everybody.

How they combine. They act in the order of their names, and each quantity combines in one way only, so that the order in
which a scenario lists them changes no bit:

| quantities | combine |
|---|---|
| prompt, ease, thanks_offset, warmth, hostility, assist, told | add (log-odds and ease) |
| specificity, image, attention, boost, need_rate; shares of gestures | multiply |
| cap | minimum |
| notice, caught, caught_early, wrongly | chances: 1 − Π(1 − p) |
| ranking, signal, recommended, detection | put; open windows that differ are an error when the scenario is loaded |

What must outlast a tick (whom it ever reached, prompts of the last weeks, when it opened, how it was switched) stands
in the programme's memory: arrays by name, empty until something opens, saved in checkpoints and part of the digest.
Everything else is a closed form of the days since the start.
"""
