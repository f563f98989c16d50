"""Fixtures of more than one test module."""

from __future__ import annotations

import signal
import sys

import browser as browsers
import fake_model
import pytest
import studies

from sim.lab.sweep import sweep


def pytest_configure():
    """A shell that starts tests in the background has them ignore Ctrl-C, and the commands that tests start, too."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def fake(monkeypatch, tmp_path):
    """The stand-in model in place of the real one, and an empty folder to work in."""
    for name, module in fake_model.modules().items():
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr("sim.model.network.networks.build", fake_model.build, raising=False)
    monkeypatch.setattr(fake_model.World, "fails", None)
    monkeypatch.chdir(tmp_path)
    return fake_model


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """The folder of the small study, undisturbed."""
    folder = tmp_path_factory.mktemp("study") / "small"
    sweep(studies.plan(), folder, workers=1)
    return folder


@pytest.fixture(scope="session")
def browser():
    """One Chromium for all tests of a worker."""
    with browsers.launched() as one:
        yield one
