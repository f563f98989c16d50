"""Pages that are one file: template, style, script and data together, with a policy that lets nothing else in."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

WEB = Path(__file__).parent / "web"
_IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)


def one_file(template: str, scripts: Sequence[str], styles: Sequence[str], **told: Any) -> str:
    """HTML from a template of `web`; every value of `told` is escaped.

    scripts, styles : file names in `web`, in the order in which they need each other. The template gets them as
        `script` and `style`, and `policy`, which allows these and nothing from anywhere.
    """
    from markupsafe import Markup

    script, style = joined(scripts), "".join(map(_text, styles))
    parts = {"script": Markup(script), "style": Markup(style), "policy": policy(script, style)}
    return filled(WEB / template, **parts, **told)


def filled(template: Path, **told: Any) -> str:
    """The text of a template; every value that is no Markup is escaped, and one that is missing is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(template.parent), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=StrictUndefined,
    )  # fmt: skip
    return made.get_template(template.name).render(**told)


def joined(scripts: Sequence[str]) -> str:
    """The modules as one, without their imports and exports; their names must differ, and a browser says if not."""
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", _text(name))) for name in scripts)


def policy(script: str, style: str) -> str:
    """A Content-Security-Policy that knows this script and this style only."""
    known = [f"'sha256-{b64encode(hashlib.sha256(part.encode()).digest()).decode()}'" for part in (script, style)]
    return (
        f"default-src 'none'; script-src {known[0]}; style-src {known[1]}; img-src data:; base-uri 'none';"
        " form-action 'none'"
    )


def _text(name: str) -> str:
    return (WEB / name).read_text(encoding="utf-8")
