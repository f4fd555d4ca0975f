"""What makes papers the district's own: its logo and its colours, from the folder brand/ of the data folder."""

import io
import re
import tomllib
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

from dashboard import theme

LOGOS = ("logo.png", "logo.jpg")
COLOURS = "colours.toml"
LARGEST = 2_000_000  # bytes of a logo: it goes along in every file
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True)
class Brand:
    """`logo` is a PNG or JPEG; `accent` colours titles and edges, `series` are the theme's colours of an office, six at most."""

    logo: bytes = b""
    accent: str = theme.LIGHT.accent
    series: tuple[str, ...] = field(default=())

    @property
    def kind(self) -> str:
        """Return what kind of image the logo is."""
        return "png" if self.logo.startswith(b"\x89PNG") else "jpeg"


_current: ContextVar[Brand] = ContextVar("brand", default=Brand())  # noqa: B039  it is frozen


def current() -> Brand:
    """Return the brand of the papers that are being made."""
    return _current.get()


@contextmanager
def using(brand: Brand) -> Generator[None]:
    """Make papers in a brand within a `with` block."""
    token = _current.set(brand)
    try:
        yield
    finally:
        _current.reset(token)


def read(folder: Path) -> Brand:
    """Return the brand of a folder; what is not there, no image, too large or no colour (#RRGGBB) is left out."""
    found = (_bytes(folder / name) for name in LOGOS)
    logo = next((data for data in found if _is_whole(data)), b"")
    try:
        said = tomllib.loads((folder / COLOURS).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        said = {}
    accent, series = said.get("accent"), said.get("series", [])
    colours = tuple(str(c) for c in series if _COLOUR.fullmatch(str(c)))[:6] if isinstance(series, list) else ()
    is_colour = isinstance(accent, str) and _COLOUR.fullmatch(accent)
    return Brand(logo, accent if is_colour and isinstance(accent, str) else theme.LIGHT.accent, colours)


def _is_whole(data: bytes) -> bool:
    """Return whether bytes are a PNG or JPEG that every medium can draw."""
    from PIL import Image  # noqa: PLC0415  with python-pptx

    try:
        Image.open(io.BytesIO(data), formats=["PNG", "JPEG"]).verify()
        Image.open(io.BytesIO(data), formats=["PNG", "JPEG"]).load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False
    return True


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() and path.stat().st_size <= LARGEST else b""
