"""How Sphinx builds these pages: Markdown by MyST, furo, and a reference from docstrings and the command itself.

make docs     # docs/_build/html/index.html
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

HOME = Path(__file__).parent
sys.path.insert(0, str(HOME.parent))

from sim import __version__  # noqa: E402

project, author, release = "Kindling", "The Kindling authors", __version__
extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build", "figures"]
html_theme, html_title = "furo", "Kindling"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#A34300", "color-brand-content": "#A34300"},
    "dark_css_variables": {"color-brand-primary": "#F0975A", "color-brand-content": "#F0975A"},
}
html_show_copyright = False
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]
suppress_warnings = ["myst.strikethrough"]
autodoc_typehints, autodoc_member_order, default_role = "none", "bysource", "code"

_OUTSIDE = re.compile(r"\[([^\]]+)\]\((?!https?://|#)([^)#\s]+)(?:#[^)]*)?\)")
_TITLED_BLOCK = re.compile(r"^```(\w+) (\S+)$", re.MULTILINE)


def inside(app: object, page: str, source: list[str]) -> None:
    """A link to a file beside the docs leads nowhere on a page: its text stays. A block's file name becomes a line."""
    folder = (HOME / page).parent

    def kept(link: re.Match[str]) -> str:
        target = (folder / link[2]).resolve()
        return link[0] if link[0].startswith("!") or (target.is_relative_to(HOME) and target.is_file()) else link[1]

    source[0] = _TITLED_BLOCK.sub(r"`\2`:\n\n```\1", re.sub(r"!?" + _OUTSIDE.pattern, kept, source[0]))


_NAMED = re.compile(r"^(\w[\w., ]*) : ")


def fields(app: object, what: str, name: str, thing: object, options: object, lines: list[str]) -> None:
    """`name : meaning` in a docstring becomes a field list, the rest stays as it is."""
    made: list[str] = []
    for line in lines:
        field = _NAMED.match(line)
        inside = bool(made) and made[-1].startswith((":", " "))
        if made and made[-1] and bool(field) != inside and not (inside and line.startswith(" ")):
            made.append("")
        made.append(f":{field[1]}: {line[field.end() :]}" if field else line)
    lines[:] = made


def commands() -> str:
    """The page of commands, as they say of themselves."""
    from typer.main import get_command

    group = get_command(__import__("sim.cli", fromlist=["app"]).app)
    told = [
        "# The command",
        "",
        "Data goes to stdout, everything else to stderr. Exit codes: 0 done, 2 bad input, 3 disk",
    ]
    told += ["or memory, 4 interrupted, 70 our bug.", ""]
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        context = command.make_context(f"kindling {name}", [], resilient_parsing=True)
        told += [f"## kindling {name}", "", str(command.help).strip(), "", "| | |", "|---|---|"]
        for one in command.params:
            described = one.get_help_record(context) or (one.make_metavar(context), getattr(one, "help", None))
            told.append("| " + " | ".join(_cell(text) for text in described) + " |")
        told.append("")
    return "\n".join(told)


def _cell(text: str | None) -> str:
    """Text for a table's cell; options are code, and what typer paints is left out."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text or "").replace("|", "\\|").strip().removeprefix("/ ")
    return f"`{plain}`" if plain.startswith(("-", "/")) or plain.isupper() else plain.replace("[", "\\[")


def setup(app: object) -> None:
    app.connect("source-read", inside)  # type: ignore[attr-defined]
    app.connect("autodoc-process-docstring", fields)  # type: ignore[attr-defined]
    (HOME / "reference" / "commands.md").write_text(commands(), encoding="utf-8")
