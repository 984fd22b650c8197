"""The switches of `Remedies`, and its panels."""

from collections.abc import Sequence

from nnlib.live import Curves, Histogram, Images, Matrix, Panel

#: What each switch is called in the table.
SWITCHES = {
    "l2": "L2",
    "l1": "L1",
    "early": "early stop",
    "augment": "augment",
    "committee": "committee",
    "dropout": "dropout",
    "norm": "batch norm",
}
COLUMNS = ("none", *SWITCHES.values(), "several")

PANELS: Sequence[Panel] = (
    Curves(
        name="loss",
        title="Loss, in nats",
        series=(
            {"name": "plain_train", "label": "train, without"},
            {"name": "plain_test", "label": "test, without"},
            {"name": "train", "label": "train, with"},
            {"name": "test", "label": "test, with"},
        ),
        y_scale="log",
        span=7,
        height=300,
    ),
    Curves(
        name="accuracy",
        title="Share of test digits read right",
        series=(
            {"name": "plain_accuracy", "label": "without remedy"},
            {"name": "accuracy", "label": "with remedies"},
        ),
        y_range=(0.4, 1.0),
        span=5,
        height=300,
    ),
    Matrix(
        name="tried",
        title="What you have tried: test digits, last quarter of the run",
        row_labels=("accuracy", "loss"),
        column_labels=COLUMNS,
        label="tried",
        empty_text="?",
        decimals=3,
        span=12,
        height=130,
    ),
    Histogram(
        name="weights",
        title="Weights",
        layers=("all layers",),
        x_label="weight",
        before_label="without",
        now_label="with",
        span=6,
        height=200,
    ),
    Images(
        name="batch",
        title="The last mini-batch, as the network with remedies saw it",
        columns=10,
        span=6,
        height=200,
    ),
)
