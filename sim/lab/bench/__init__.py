"""How fast this machine runs the model, beside what others reach and what the machine allows.

Times are of this machine and this minute: what is compared runs alternately in one call, and ratios have a spread.
"""
