"""Names and meanings as people write them, in every figure and page."""

from __future__ import annotations


def plain(name: str) -> str:
    """A name as a person would write it.

    >>> plain("as_it_is")
    'as it is'
    """
    return name.replace("_", " ")


def capital(text: str) -> str:
    """The text with a capital at its beginning, its other letters as they are."""
    return text[:1].upper() + text[1:]


def titled(name: str) -> str:
    """A name as a heading.

    >>> titled("storm_recovery")
    'Storm recovery'
    """
    return capital(plain(name).strip())
