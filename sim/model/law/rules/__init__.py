"""The rulebook: each law once, as a scalar function that both engines call.

A rule takes plain numbers and returns one value; it draws nothing (uniform numbers come in as `u`), loops over nothing
and calls no other rule. Arguments are named as the columns (`law.columns`) and levers (`law.levers`).
Log-odds terms are centred on stated constants, so that a coefficient of 0 removes a feedback and keeps the level.
"""

from sim.model.arith import fades
from sim.model.law.rules.bonds import *
from sim.model.law.rules.campaign import *
from sim.model.law.rules.custom import *
from sim.model.law.rules.decision import *
from sim.model.law.rules.feed import *
from sim.model.law.rules.gesture import *
from sim.model.law.rules.membership import *
from sim.model.law.rules.published import *
from sim.model.law.rules.state import *
from sim.model.law.rules.steering import *
from sim.model.law.rules.temper import *
