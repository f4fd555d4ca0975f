"""The outlines of areas on a map: their rings, how large one is, and where its middle lies."""

from typing import Any

Ring = list[list[float]]


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


def _edges(ring: Ring) -> list[tuple[float, float, float]]:
    """Return (twice the signed area, x sum, y sum) of each edge: the parts of the shoelace formulas."""
    return [
        (a[0] * b[1] - b[0] * a[1], a[0] + b[0], a[1] + b[1]) for a, b in zip(ring, ring[1:] + ring[:1], strict=True)
    ]
