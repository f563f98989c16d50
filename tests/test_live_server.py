"""The server of the live page: who may speak to it, what it sends, what it keeps apart, what it leaves behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import numpy as np
import pytest
from pages import Client, serving, sitting, small, until
from test_live_worlds import finish, random_operation, replayed_alike
from websockets.exceptions import ConnectionClosed, InvalidStatus

from sim.lab.errors import BadInput
from sim.lab.run import prepared
from sim.studio.layout import drawn_ties, layout
from sim.studio.live import frames
from sim.studio.live.server import Server
from sim.studio.live.session import LETTERS, Overrun

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def server():
    with serving() as one:
        yield one


@pytest.fixture
def client(server):
    one = Client(server)
    yield one
    one.close()


def get(server: Server, path: str = "", **headers: str) -> httpx.Response:
    with httpx.Client(trust_env=False) as browser:
        return browser.get(server.address + path, headers=headers)


# --- who may speak -----------------------------------------------------------------------------------------------


def test_the_page_is_served_with_careful_headers(server):
    answer = get(server)
    told = answer.headers
    assert answer.status_code == 200
    assert "<!doctype html>" in answer.text
    assert "default-src 'none'" in told["content-security-policy"]
    assert "unsafe" not in told["content-security-policy"]
    assert (told["x-content-type-options"], told["cache-control"]) == ("nosniff", "no-store")
    assert (told["referrer-policy"], told["x-frame-options"]) == ("no-referrer", "DENY")
    assert "server" not in told
    for file in ("live.js", "stage.js", "base.css"):
        assert get(server, file).headers["content-type"].startswith(("text/javascript", "text/css"))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 403),
        ({"host": "127.0.0.1"}, 403),
        ({"host": "127.0.0.1:1"}, 403),
        ({"host": "localhost.evil.example:{port}"}, 403),
        ({"host": ""}, 403),
        ({"host": "localhost:{port}"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "https://127.0.0.1:{port}"}, 403),
        ({"origin": "http://127.0.0.1:{port}"}, 200),
    ],
)
def test_host_and_origin_are_those_of_the_page(server, headers, status):
    answer = get(server, **{name: value.format(port=server.port) for name, value in headers.items()})
    assert answer.status_code == status
    assert status == 200 or len(answer.text.splitlines()) == 1


@pytest.mark.parametrize("token", ["", "x", "{token}x", "{short}", "%00", "é", "live.js"])
def test_nothing_is_there_without_the_token(server, token):
    token = token.format(token=server.token, short=server.token[:-1])
    with httpx.Client(trust_env=False) as browser:
        for path in (f"/{token}", f"/{token}/", f"/{token}/live.js"):
            assert browser.get(f"http://127.0.0.1:{server.port}{path}").status_code == 404


@pytest.mark.parametrize(
    "path", ["../style.py", "..%2fstyle.py", "%2e%2e/style.py", "/etc/passwd", "live.html", ".", "x.js"]
)
def test_no_other_file_can_be_asked_for(server, path):
    raw = f"GET /{server.token}/{path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n\r\n"
    import socket

    with socket.create_connection(("127.0.0.1", server.port)) as wire:
        wire.sendall(raw.encode())
        assert b" 404 " in wire.recv(200)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", None])
def test_the_wire_is_only_for_the_page_itself(server, origin):
    with pytest.raises(InvalidStatus) as refused:
        Client(server, origin=origin)
    assert refused.value.response.status_code == 403


def test_the_wire_wants_the_token(server):
    other = Server.__new__(Server)
    other.token, other.port = server.token[:-1] + "_", server.port
    with pytest.raises(InvalidStatus):
        Client(other)


def test_only_this_machine_is_listened_to(server):
    assert server._socket.getsockname()[0] == "127.0.0.1"
    with pytest.raises(BadInput, match="--port"):
        Server(small(), port=server.port)
    with pytest.raises(BadInput, match="at most 2"):
        Server(small(), arms=["storm", "messages", "moving_messages"])


# --- what goes over the wire -------------------------------------------------------------------------------------


def test_frames_and_scenes_come_back_from_bytes():
    luck = np.random.default_rng(1)
    moods, acts = luck.integers(0, 6, (2, 9)).astype(np.uint8), luck.integers(0, 9, (2, 4, 2)).astype(np.uint32)
    for worlds in (1, 2):
        frame = frames.Frame(3, 7, 40, list(moods[:worlds]), [acts[0], acts[1][:1]][:worlds], {"rows": [[1, [None]]]})
        again = frames.Frame.unpacked(frame.packed())
        assert (again.run, again.number, again.tick, again.told) == (3, 7, 40, frame.told)
        assert all(
            np.array_equal(a, b) for a, b in zip(again.moods + again.acts, frame.moods + frame.acts, strict=True)
        )
    places, ties = luck.random((5, 2), np.float32), np.array([[0, 1], [3, 4]], np.uint32)
    run, *parts = frames.scene_parts(frames.scene(2, places, ties))
    assert run == 2
    assert np.array_equal(parts[0], places)
    assert np.array_equal(parts[1], ties)
    with pytest.raises(ValueError, match="not a frame"):
        frames.Frame.unpacked(frames.scene(2, places, ties) + bytes(99))


def test_a_client_sees_the_models_own_numbers(server, client):
    client.ask(op="start")
    told = client.word("scene")
    for _ in range(8):
        client.ask(op="step")
    client.frame(8)
    rows = [row for frame in client.frames for row in frame.told["rows"]]
    assert [row[0] for row in rows] == list(range(9))
    for world, name in enumerate(told["chosen"]):
        run = prepared(server.scenario.arms[name])
        list(run.steps(8))
        series = run.series.frame()
        for place, outcome in enumerate(told["outcomes"]):
            assert [row[world + 1][place] for row in rows] == series[outcome["name"]]
    network = run.world.network
    _, places, ties = frames.scene_parts(client.scenes[0])
    assert np.array_equal(places, layout(network))
    assert np.array_equal(ties, drawn_ties(network))


def test_a_refused_message_leaves_the_page_as_it_was(client):
    client.ask(op="lever", key="rules.friction", value=1.0)
    assert "not there yet" in client.word("error")["message"]
    client.ask(op="start")
    client.frame()
    client.wire.send(b"bytes")
    assert "bytes" in client.word("error")["message"]
    client.ask(op="lever", key="rules.friction", value=50.0)
    assert client.word("error")["message"] == "Effort it takes: allowed is 0 to 2."
    client.ask(op="select", world=0, name="<script>alert(1)</script>")
    assert "script" not in client.word("error")["message"]
    client.ask(op="step")
    assert client.frame(1).told["person"] is None


def test_a_message_far_too_long_ends_the_wire(client):
    client.wire.send("x" * 100_000)
    with pytest.raises(ConnectionClosed):
        client.word("no such word")


def test_a_slow_page_gets_the_newest_state_and_no_queue(server, client):
    client.acknowledges = False
    client.ask(op="start")
    first = client.frame()
    client.ask(op="speed", value=1000.0)
    client.ask(op="play")
    session = server.sessions[-1]
    until(lambda: session.pair.tick > first.tick + 30)
    client.ask(op="pause")
    until(lambda: not session.playing and not session._asked)
    tick = session.pair.tick
    assert len(client.frames) == 1
    client.ask(op="seen", frame=first.number)
    client.frame(tick)
    assert len(client.frames) == 2
    assert [row[0] for row in client.frames[1].told["rows"]] == list(range(first.tick + 1, tick + 1))


def test_a_page_that_does_not_read_is_let_go():
    with sitting() as session:
        until(lambda: session.next_frame() is not None)
        while len(session.words) < LETTERS:
            session.tell("error", about="x", message="y")
        with pytest.raises(Overrun):
            session.tell("error", about="x", message="y")


def test_pages_share_nothing(server):
    one, other = Client(server), Client(server)
    for client in (one, other):
        client.ask(op="start")
        client.frame()
    one.ask(op="lever", key="rules.friction", value=0.0)
    one.ask(op="switch", name="ease", on=True)
    for _ in range(3):
        one.ask(op="step")
        other.ask(op="step")
    assert one.frame(3).told["rows"][-1] != other.frame(3).told["rows"][-1]
    assert other.frames[-1].told["open"] == [[], []]
    run = prepared(server.scenario.arms["storm"])
    list(run.steps(3))
    assert other.frames[-1].told["rows"][-1][1][2] == run.series.columns["kind_acts"][3]
    one.close()
    other.close()


def test_a_closed_page_leaves_no_session(server):
    client = Client(server)
    client.ask(op="start")
    client.frame()
    session = server.sessions[-1]
    client.close()
    until(lambda: session not in server.sessions)
    session.join()


def test_a_ripple_comes_over_the_wire(client):
    client.ask(op="start")
    for _ in range(4):
        client.ask(op="step")
    client.frame(4)
    client.ask(op="ripple")
    assert "Choose a person" in client.word("error")["message"]
    row = next(int(frame_row) for frame_row in client.frames[-1].acts[0][:, 0])
    client.ask(op="select", world=0, row=row)
    client.ask(op="ripple")
    told = [client.word("ripple"), client.word("ripple")]
    assert [one["state"] for one in told] == ["begun", "done"]
    assert told[1]["lines"][0].startswith("Day 4: person ")


def hammered(server: Server, seed: int, operations: int) -> None:
    """A client that asks whatever comes to its mind, and some nonsense, and goes when all was heard."""
    luck, client = random.Random(seed), Client(server)
    client.ask(op="start", seed=seed)
    client.frame()
    for _ in range(operations):
        client.ask(**random_operation(luck))
        client.hear()  # whoever asks and never reads is let go, see test_a_page_that_does_not_read_is_let_go
    client.ask(op="select", name="the last one")
    while not any("called that" in one.get("message", "") for one in client.words):
        client.hear()
    client.close()


def clients_and_replays(clients: int, operations: int) -> None:
    with serving(small(people=60)) as server:
        kept = []
        threads = [threading.Thread(target=hammered, args=(server, seed, operations)) for seed in range(clients)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            kept += [one for one in server.sessions if one not in kept]
            time.sleep(0.01)
        assert len(kept) == clients
        for session in kept:
            finish(session)
            assert len(session.pair.log) > operations / 8
            assert replayed_alike(session)


def test_clients_at_once_each_end_where_their_own_replay_ends():
    clients_and_replays(2, 40)


@pytest.mark.slow
def test_eight_clients_with_two_hundred_operations_each():
    clients_and_replays(8, 200)


# --- the command -------------------------------------------------------------------------------------------------


@pytest.fixture
def running(tmp_path):
    """`kindling live` in an empty folder: the process, and where its page is."""
    command = [sys.executable, "-m", "sim", "live", "everyday", "--people=60", "--no-open", "--arm=as_it_is"]
    home = str(HERE.parent)
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": home},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    address = process.stdout.readline().strip()
    yield process, address
    process.kill()
    process.communicate()


KILLED = pytest.param(signal.SIGKILL, -signal.SIGKILL, marks=pytest.mark.slow)


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 4), KILLED])
def test_the_command_serves_one_page_and_leaves_nothing_behind(running, tmp_path, sent, code):
    process, address = running
    assert address.startswith("http://127.0.0.1:")
    with httpx.Client(trust_env=False) as browser:
        assert browser.get(address).status_code == 200
    stand_in = Server.__new__(Server)
    stand_in.token, stand_in.port = address.split("/")[3], int(address.split(":")[2].split("/")[0])
    client = Client(stand_in)
    client.ask(op="start")
    assert client.word("scene")["chosen"] == ["as_it_is"]
    client.ask(op="play")
    client.frame(2)
    process.send_signal(sent)
    _, said = process.communicate(timeout=20)
    assert process.returncode == code
    assert sent == signal.SIGKILL or (said.startswith("interrupted") and len(said.splitlines()) == 1)
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_what_will_not_do(capsys):
    from sim import cli

    assert cli.exit_code(["live", "everydy", "--no-open"]) == 2
    assert cli.exit_code(["live", "everyday", "--arm=as_it_is", "--arm=nobody", "--no-open"]) == 2
    assert cli.exit_code(["live", "everyday", "--set", "network.people=-1", "--no-open"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert 'did you mean "everyday"' in lines[0]
