"""The outlines of areas on a map: their rings, how large one is, where its middle lies, and where words have room in it."""

from collections.abc import Sequence
from itertools import pairwise
from math import hypot
from typing import Any

Point = tuple[float, float]
Ring = Sequence[Sequence[float]]


def rings(feature: dict[str, Any]) -> list[Ring]:
    """Return the outer rings of a Polygon or MultiPolygon of a GeoJSON."""
    geometry = feature["geometry"]
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [polygon[0] for polygon in polygons]


def size(ring: Ring) -> float:
    """Return the area of a ring, in the square of its unit."""
    return abs(sum(c for c, _x, _y in _edges(ring))) / 2


def centre(ring: Ring) -> tuple[float, float]:
    """Return the centroid of a ring."""
    edges = _edges(ring)
    area = sum(c for c, _x, _y in edges) or 1.0
    return sum(c * x for c, x, _y in edges) / (3 * area), sum(c * y for c, _x, y in edges) / (3 * area)


def room(shape: Ring, wide: float, tall: float) -> Point | None:
    """Return the middle of a box of this size within the shape, as near to its centroid as can be; None without room."""
    middle, best = centre(shape), None
    low, high = min(p[1] for p in shape), max(p[1] for p in shape)
    steps = 24
    for n in range(1, steps):
        y = low + (high - low) * n / steps
        spans = [_crossings(shape, y + tall * part) for part in (-0.5, -0.25, 0, 0.25, 0.5)]
        for span in spans[2]:
            left, right = span
            for others in (spans[0], spans[1], spans[3], spans[4]):
                inner = ((max(left, a), min(right, b)) for a, b in others)
                left, right = max(inner, key=lambda s: s[1] - s[0], default=(0.0, -1.0))
            if right - left < wide:
                continue
            x = min(max(middle[0], left + wide / 2), right - wide / 2)
            far = hypot(x - middle[0], y - middle[1])
            if best is None or far < best[0]:
                best = (far, (x, y))
    return best[1] if best else None


def _crossings(shape: Ring, y: float) -> list[tuple[float, float]]:
    """Return the spans of x within the shape at a height."""
    found = []
    for (x0, y0), (x1, y1) in pairwise([*shape, shape[0]]):
        if (y0 > y) != (y1 > y):
            found.append(x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    found.sort()
    return list(zip(found[::2], found[1::2], strict=False))


def _edges(ring: Ring) -> list[tuple[float, float, float]]:
    """Return (twice the signed area, x sum, y sum) of each edge: the parts of the shoelace formulas."""
    return [(a[0] * b[1] - b[0] * a[1], a[0] + b[0], a[1] + b[1]) for a, b in pairwise([*ring, ring[0]])]
