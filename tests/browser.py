"""A real browser for tests of pages: Chromium without a window, with the network shut but for loopback.

Where none is installed, such tests are skipped by name, and say how to get one.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SIZES = {"wide": (1400, 900), "tablet": (1024, 768), "phone": (390, 844)}
_QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync", "--mute-audio")  # fmt: skip


def found() -> str | None:
    """Path of a Chromium: what KINDLING_CHROMIUM says, else what the machine has."""
    named = os.environ.get("KINDLING_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


def needs_browser() -> pytest.MarkDecorator:
    """Marks a test that is skipped where there is no browser."""
    reason = "no browser: apt install chromium, or set KINDLING_CHROMIUM to the path of one"
    return pytest.mark.skipif(found() is None, reason=reason)


@contextmanager
def launched() -> Iterator[Any]:
    """A playwright Browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=found(), args=list(_QUIET))
        try:
            yield one
        finally:
            one.close()


@contextmanager
def page_at(browser: Any, address: str, size: str = "wide", **options: Any) -> Iterator[Any]:
    """A page with its troubles kept: `page.troubles` is what the console and the page complained of."""
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    page = context.new_page()
    page.troubles = []
    page.on("console", lambda told: page.troubles.append(told.text) if told.type in ("error", "warning") else None)
    page.on("pageerror", lambda trouble: page.troubles.append(str(trouble)))
    try:
        page.goto(address)
        yield page
    finally:
        context.close()


def faults(page: Any) -> list[str]:
    """What axe-core finds wrong with the page as it is now, a line each: rule, how bad, where."""
    from axe_playwright_python.sync_playwright import Axe

    told = Axe().run(page).response["violations"]
    return [f"{one['id']} ({one['impact']}): {node['target']}" for one in told for node in one["nodes"]]


def shot(page: Any, name: str) -> Path | None:
    """A screenshot in the folder that KINDLING_SHOTS names, so that it can be looked at; none where it names none."""
    folder = os.environ.get("KINDLING_SHOTS")
    if not folder:
        return None
    path = Path(folder, f"{name}.png")
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(path))
    return path
