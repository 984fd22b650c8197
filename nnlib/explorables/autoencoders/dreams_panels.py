"""The pictures beside a Boltzmann machine that learns and dreams."""

from collections.abc import Sequence

from nnlib.live import TRAIN_AND_TEST, Bars, Curves, Images, Panel

CHAINS = 32
#: Kinds of pictures, of which the machine tells how likely they are.
LIKELY = ("training digits", "its dreams", "turned over", "noise")

PANELS: Sequence[Panel] = (
    Images(
        name="dreams",
        title=f"Its dreams: {CHAINS} chains of Gibbs sampling",
        columns=8,
        image_label="chain",
        span=7,
        height=270,
    ),
    Images(
        name="features",
        title="What hidden units look for",
        signed=True,
        columns=8,
        image_label="unit",
        span=5,
        height=270,
    ),
    Bars(
        name="likely",
        title="Less likely than a test digit, by so many nats",
        labels=LIKELY,
        value_label="nats",
        smooth=True,
        span=6,
        height=230,
    ),
    Curves(
        name="error",
        title="Mean squared error of a reconstruction",
        series=TRAIN_AND_TEST,
        y_scale="log",
        span=6,
        height=230,
    ),
)
