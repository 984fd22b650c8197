"""A recording as one HTML page that plays without kernel and network."""

import html
import os
import string
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnlib.live.page_spec import page_spec
from nnlib.live.picture import Picture, figure_html
from nnlib.live.recording.frames import take_frames
from nnlib.live.recording.pack import MOST_BYTES, Tape
from nnlib.live.stage import canvas_module, canvas_style

if TYPE_CHECKING:
    from nnlib.live.explorable import Explorable

_FOLDER = Path(__file__).parent


def record(
    explorable: "Explorable",
    *,
    seconds: float = 20.0,
    frames_per_second: int = 12,
    path: str | os.PathLike[str] = "run.html",
) -> Path:
    """Record a run, and save it as one HTML page that plays anywhere.

    The page holds the code of the canvas and all frames. It needs no kernel and no network, follows
    light and dark, and has buttons, a scrubber, the keys of a live view and its texts. The controls
    stand still: the settings are told, and as a line of text they can be copied into a live view.

    Parameters
    ----------
    explorable : Explorable
        Goes on from where it stands, at the pace of its speed slider; see `take_frames`.
    seconds : float
        How long the recording plays.
    frames_per_second : int
        From 1 to 60.
    path : path
        The page to write; an older one is replaced.

    Returns
    -------
    Path
        Where the page is.

    Raises
    ------
    ValueError
        If there would be too many frames or bytes (3000, 20 MB), or the name does not end in .html.
    OSError
        If the page cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from nnlib.explorables.start_here import SpiralBoundary
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = record(SpiralBoundary(), seconds=1, path=f"{folder}/run.html")
    ...     page.stat().st_size < 1_000_000
    True
    """
    target = checked_path("record", path, (".html", ".htm"))
    tape = Tape()
    head = {"frames_per_second": frames_per_second}
    spec = {**page_spec(explorable), "units": ["frame"], "pass_label": "", "seed": None}
    settings = settings_in_words(explorable)
    frames = take_frames(explorable, seconds=seconds, frames_per_second=frames_per_second)
    for _ in frames:
        content, frame = _frame(explorable)
        tape.add(content, frame)
    index, arrays = tape.finish({**head, "spec": spec})
    text = _page(explorable, settings, index, arrays)
    if len(text) > MOST_BYTES:
        raise ValueError(
            f"record would write a page of {len(text) / 1e6:.0f} MB, more than "
            f"{MOST_BYTES / 1e6:g} MB; try fewer seconds or fewer frames_per_second"
        )
    target.write_text(text, encoding="utf-8")
    return target


def _frame(explorable: "Explorable") -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """What a live view would be sent now."""
    player = explorable.player
    content = {
        "step": player.step,
        "message": player.message,
        "summary": explorable.summary(),
        "values": dict(explorable.values),
        "state": explorable.state,
    }
    return content, explorable.frame()


def checked_path(name: str, path: str | os.PathLike[str], endings: tuple[str, ...]) -> Path:
    """Return a path if its name says what will be in the file and its folder is there.

    Parameters
    ----------
    name : str
        Who asks, for the message.
    path : path
    endings : tuple of str

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        If the name ends in something else.
    FileNotFoundError
        If there is no such folder.

    Examples
    --------
    >>> checked_path("record", "run.html", (".html",)).name
    'run.html'
    """
    target = Path(path)
    if target.suffix.lower() not in endings:
        raise ValueError(
            f"{name} expects a path that ends in {' or '.join(endings)}, got {str(path)!r}"
        )
    if not target.absolute().parent.is_dir():
        raise FileNotFoundError(
            f"{name} expects a folder that is there, got {str(target.parent)!r}; make it first"
        )
    return target


def settings_in_words(explorable: "Explorable") -> str:
    """Return where the controls stand, for a page on which they cannot be moved.

    Parameters
    ----------
    explorable : Explorable

    Returns
    -------
    str

    Examples
    --------
    >>> from nnlib.explorables.start_here import SpiralBoundary
    >>> settings_in_words(SpiralBoundary(hidden=8, speed=10_000))[-59:]
    'Hidden units 8, Speed (updates/s) as fast as it can, seed 0'
    """
    words = []
    for name, control in explorable._controls.items():
        value, top = explorable.values[name], getattr(control, "top_label", "")
        if isinstance(value, bool):
            text = "on" if value else "off"
        elif isinstance(value, str):
            text = value
        else:
            text = top if top and value >= getattr(control, "maximum", value) else f"{value:g}"
        words.append(f"{control.label} {text}")
    words += [f"{name} {value}" for name, value in explorable.settings().items()]
    return ", ".join(words)


def _page(explorable: "Explorable", settings: str, index: str, arrays: str) -> str:
    template = string.Template((_FOLDER / "page.html").read_text(encoding="utf-8"))
    picture = figure_html(explorable, Picture(explorable).png())
    player = (_FOLDER / "player.js").read_text(encoding="utf-8")
    return template.substitute(
        title=html.escape(explorable.title),
        settings=html.escape(settings),
        style=canvas_style() + (_FOLDER / "page.css").read_text(encoding="utf-8"),
        code=canvas_module() + "\n" + player,
        picture=picture,
        index=index,
        arrays=arrays,
    )
