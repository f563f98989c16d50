"""The live page: a scenario that runs while one looks on, and can be changed on the way."""

from sim.studio.live.server import serve

__all__ = ["serve"]
