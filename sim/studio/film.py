"""A film of a recorded run: the network as moods change, a curve that grows, and the day; .mp4 or .gif."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import animation
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.lab import measures
from sim.lab.errors import BadInput
from sim.model import disk
from sim.studio import crowd, plots, style
from sim.studio.arms_figure import LOOKS, limits
from sim.studio.plots import Heading
from sim.studio.recording import Arm, Recording
from sim.studio.wording import capital, titled

ENDINGS = (".gif", ".mp4")
WIDTH, HEIGHT, DPI = 12.8, 7.2, 100  # inches and dots: 1280 × 720
SIDE = 0.55  # inches: margins left and right
STAGE = (1.75, 4.05)  # inches: foot and height of the networks
COLOURS = 64  # of a gif: the page has few, and a small palette makes small files
HOLD = 2.0  # seconds for which the last frame stays


def checked(path: Path) -> None:
    """BadInput where no film could be written under this name."""
    if path.suffix.lower() not in ENDINGS:
        raise BadInput(path, None, "-o", f"is no film; allowed are names ending in {' or '.join(ENDINGS)}")
    if path.suffix.lower() == ".mp4" and not animation.writers.is_available("ffmpeg"):
        raise BadInput(path, None, "-o", "needs ffmpeg, which is not installed; name a .gif instead")


def write_film(made: Recording, path: Path, rate: int = 12, advance: Callable[[int], None] = lambda done: None) -> None:
    """The film of a recording, whole or not at all; the ending says the format. Its last frame stays for a while.

    rate : frames a second; advance : told how many frames are done

    Raises BadInput for another ending, or .mp4 without ffmpeg.
    """
    checked(path)
    with style.dressed(), tempfile.TemporaryDirectory() as folder:
        scene, own = Scene(made), Path(folder, f"film{path.suffix.lower()}")
        writer: Any = Gif(rate) if own.suffix == ".gif" else Mp4(rate, codec="h264")
        with writer.saving(scene.figure, own, DPI):
            for frame in range(len(made.days)):
                scene.show(frame)
                writer.grab_frame()
                advance(frame + 1)
        with disk.written(path, own.stat().st_size) as file:
            file.write(own.read_bytes())


class Mp4(animation.FFMpegWriter):
    """Frames as a film that ffmpeg packs."""

    def finish(self) -> None:
        for _ in range(round(HOLD * self.fps)):
            self.grab_frame()
        super().finish()


class Gif(animation.AbstractMovieWriter):
    """Frames as a gif that plays without end; each is kept in few colours, so that long films fit into memory."""

    def setup(self, fig: Figure, outfile: Any, dpi: float | None = None) -> None:
        super().setup(fig, outfile, dpi)
        self.frames: list[Any] = []

    def grab_frame(self, **how: Any) -> None:
        from PIL import Image

        canvas: Any = self.fig.canvas
        canvas.draw()
        seen = Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])
        self.frames.append(seen.quantize(COLOURS, dither=Image.Dither.NONE))

    def finish(self) -> None:
        first, *more = self.frames
        times = [*[1000 / self.fps] * len(more), 1000 * HOLD]
        first.save(self.outfile, save_all=True, append_images=more, duration=times, loop=0)


class Scene:
    """The picture of a recording, which `show` sets to a frame.

    figure : Figure of WIDTH × HEIGHT inches
    """

    def __init__(self, made: Recording) -> None:
        self.made = made
        self.figure = Figure(figsize=(WIDTH, HEIGHT), facecolor=style.PAPER)
        FigureCanvasAgg(self.figure)
        plots.write_header(self.figure, header(made), HEIGHT)
        wide = (WIDTH - 2 * SIDE) / len(made.arms)
        self.people = [
            self._stage(arm, SIDE + wide * place, wide, LOOKS[place + 2 - len(made.arms)][0])
            for place, arm in enumerate(made.arms)
        ]
        self.day = self.figure.text(
            1 - SIDE / WIDTH, 1 - 0.62 / HEIGHT, "", size=21, weight="bold", ha="right", family=style.fonts(style.SERIF)
        )
        self.curves = self._curve() if made.outcomes else []
        crowd.draw_key(plots.place(self.figure, 8.6, 0.3, WIDTH - SIDE - 8.6, 1.2), made.legend)

    def show(self, frame: int) -> None:
        """The world at a frame, and the curve up to it."""
        for people, arm in zip(self.people, self.made.arms, strict=True):
            crowd.dress(people, arm.moods[frame], crowd.radius(self.made.people))
        self.day.set_text(f"day {self.made.days[frame]:g}")
        for line, told, arm in self.curves:
            values = np.array([np.nan if v is None else v for v in arm.series[self.made.outcomes[0]]], float)
            line.set_data(self.made.days[: frame + 1], values[: frame + 1])
            now = values[frame]
            said = "" if np.isnan(now) else measures.said(self.made.outcomes[0], float(now))
            told.set_text(f"{said}  {short(arm)}" if len(self.made.arms) > 1 else said)

    def _stage(self, arm: Arm, left: float, wide: float, colour: str) -> Any:
        axes = plots.place(self.figure, left, STAGE[0], wide, STAGE[1])
        if len(self.made.arms) > 1:
            fits = style.fits_in(wide - 0.3, 11, "bold", style.fonts())
            name = style.wrapped(titled(arm.name), fits, 1)[0]
            ink = style.KIND_TEXT if colour == style.KIND else colour
            axes.set_title(name, size=11, weight="bold", color=ink, pad=2)
        return crowd.stage(axes, self.made.places, self._ties)

    @cached_property
    def _ties(self) -> np.ndarray | None:
        return crowd.ties_image(self.made.places, self.made.ties, STAGE[1], DPI)

    def _curve(self) -> list[tuple[Line2D, Any, Arm]]:
        """The first outcome, a line for each arm with its number at the end."""
        outcome, days = self.made.outcomes[0], self.made.days
        axes = plots.place(self.figure, SIDE + 0.35, 0.42, 5.5, 0.95)
        known = [v for arm in self.made.arms for v in arm.series[outcome] if v is not None]
        low, high = limits(min(known), max(known))
        axes.set(xlim=(0, max(days[-1], 1e-9)), ylim=(low, high))
        axes.set_yticks([low, high], [measures.tick(outcome, end, high - low) for end in (low, high)])
        axes.set_xticks([])
        fits = style.fits_in(6.4, 9.5, "bold", style.fonts())
        title = style.wrapped(capital(measures.label(outcome)), fits, 1)[0]
        axes.set_title(title, size=9.5, weight="bold", loc="left", pad=4)
        found = []
        for place, arm in enumerate(self.made.arms):
            colour, dashes = LOOKS[place + 2 - len(self.made.arms)]
            (line,) = axes.plot([], [], color=colour, ls=dashes, lw=2)
            told = axes.text(
                1.02, 0.74 - 0.45 * place, "", transform=axes.transAxes, size=9.5, weight="bold",
                color=style.KIND_TEXT if colour == style.KIND else colour,
            )  # fmt: skip
            found.append((line, told, arm))
        return found


def header(made: Recording) -> list[Heading]:
    """Name and question, beside the day."""
    sans, serif = style.fonts(), style.fonts(style.SERIF)
    lines: list[Heading] = []
    for text, size, weight, family, ink, most, step in (
        (made.name.replace("_", " "), 10.5, "bold", sans, style.KIND_TEXT, 1, 0.1),
        (made.question, 17, "bold", serif, style.INK, 2, 0.33),
    ):
        fits = style.fits_in(WIDTH - plots.MARGIN - SIDE - 1.9, size, weight, family)
        how = {"size": size, "weight": weight, "family": family, "color": ink}
        lines += [(line, how, step) for line in style.wrapped(text, fits, most) if line]
    return lines


def short(arm: Arm) -> str:
    """The arm's name, as much of it as fits beside the curve."""
    fits = style.fits_in(1.35, 9.5, "bold", style.fonts())
    return style.wrapped(arm.name.replace("_", " "), fits, 1)[0]
