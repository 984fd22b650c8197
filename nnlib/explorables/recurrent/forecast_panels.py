"""What the forecast shows."""

from collections.abc import Sequence

from nnlib.live import Curves, Graph, Panel

AHEAD = 60  # steps that are foretold, at most
SEEN = 60  # values before the forecast that are drawn

FORECAST_PANELS: Sequence[Panel] = (
    Graph(
        name="series",
        title="Seen, then foretold: the band should hold about 95% of what comes",
        x_range=(640 - SEEN, 640 + AHEAD),
        y_range=(0.0, 1.8),
        x_label="step",
        y_label="value",
        lines=(
            {"name": "seen", "label": "seen"},
            {"name": "forecast", "label": "forecast"},
            {"name": "truth", "label": "what came"},
        ),
        bands=({"name": "band", "label": "± 2 σ", "line": "forecast"},),
        span=8,
        height=320,
    ),
    Curves(
        name="error",
        title="Root mean square error, 1 step ahead",
        series=(
            {"name": "test", "label": "on new values"},
            {"name": "same", "label": "“the same again”"},
        ),
        y_scale="log",
        span=4,
        height=320,
    ),
    Graph(
        name="spread",
        title="How wide the band is, and how large the error, k steps ahead",
        x_range=(1, AHEAD),
        y_range=(0.0, 1.0),
        x_label="steps ahead k",
        y_label="size",
        lines=(
            {"name": "width", "label": "2 σ of the band"},
            {"name": "error", "label": "2 × the typical error"},
        ),
        span=12,
        height=190,
    ),
)
