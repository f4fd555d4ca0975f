"""The chart of a signal: what of it would hide the rest is said and not drawn."""

import polars as pl
import pytest

from dashboard.parts import signal_chart


@pytest.mark.parametrize(
    ("target", "left_out"),
    [
        (100.0, 100.0),  # 39 above the highest limit, which lies 6 above the lowest
        (64.0, None),  # 3 above it
        (48.0, 48.0),  # 7 below the lowest
        (58.0, None),  # among them
        (None, None),
    ],
)
def test_a_target_that_would_press_the_line_flat_is_said_and_not_drawn(
    target: float | None, left_out: float | None
) -> None:
    rows = {"value": [56.0, None, 60.0], "lower": [55.0] * 3, "upper": [61.0] * 3, "target": [target] * 3}
    frame = pl.DataFrame(rows, schema=dict.fromkeys(rows, pl.Float64))
    assert signal_chart.far_target(frame) == left_out
