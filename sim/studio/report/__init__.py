"""A study as one page that a team can decide with: what it found, what that costs, whom it helps, what was assumed."""
