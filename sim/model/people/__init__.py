"""The Mesa engine: one person at a time, in verbs; no law."""
