"""What the character model shows."""

from collections.abc import Sequence

from nnlib.live import TRAIN_AND_TEST, Bars, Curves, Panel, Text, Timeline

LIKELY = 12  # characters with a bar
UNITS = 12  # hidden units that are drawn
REMEMBERED = 44  # steps of them

WRITER_PANELS: Sequence[Panel] = (
    Text(
        name="text",
        title="What it writes",
        most=900,
        empty_text="Press Play: it writes one character at each update.",
        takes_file=True,
        span=7,
        height=270,
    ),
    Bars(
        name="next",
        title="The likeliest next characters, at this temperature",
        labels=tuple("·" * LIKELY),
        y_range=(0.0, 1.0),
        value_label="probability",
        span=5,
        height=270,
    ),
    Timeline(
        name="memory",
        title="Twelve of its hidden units, over what it wrote last",
        bands=(
            {"name": "symbols", "label": "reads"},
            {"name": "states", "label": "h"},
        ),
        span=7,
        height=210,
    ),
    Curves(
        name="loss",
        title="Loss per character, in nats",
        series=TRAIN_AND_TEST,
        x_label="characters written",
        span=5,
        height=210,
    ),
)
