"""The compiled engine: passes over blocks of people; no law."""
