"""What is shipped of others' work is named with its licence, and the licences' texts are there."""

import re
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
REFERENCE = PROJECT / "data" / "reference"
FONTS = PROJECT / "dashboard" / "static" / "fonts"
NOTICE = (PROJECT / "NOTICE").read_text(encoding="utf-8")


def _name(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def _named(text: str) -> set[str]:
    """Return the files of the project that a text names, each by its path."""
    return set(re.findall(r"(?:dashboard|data)/[\w./-]+\.\w+", text))


def test_every_font_and_every_foreign_data_file_is_named_in_notice() -> None:
    fonts = {path for path in FONTS.iterdir() if not path.name.startswith("LICENSE")}
    licences = (REFERENCE / "LICENSES.md").read_text(encoding="utf-8")
    foreign = {REFERENCE / name for name in re.findall(r"^\| (\S+\.\w+) \|", licences, re.M)}
    other_than_tables = {path for path in REFERENCE.iterdir() if path.suffix not in (".csv", ".md")}
    assert len(fonts) >= 6
    assert len(foreign) >= 3
    assert {_name(path) for path in fonts | foreign | other_than_tables} <= _named(NOTICE)


def test_every_file_that_notice_names_is_there() -> None:
    assert not [name for name in _named(NOTICE) if not (PROJECT / name).is_file()]


def test_the_licence_texts_are_whole() -> None:
    licence = (PROJECT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
    assert "PERMISSION & CONDITIONS" in (FONTS / "LICENSE-fira-sans.txt").read_text(encoding="utf-8")
    assert "Arev Fonts Copyright" in (FONTS / "LICENSE-dejavu.txt").read_text(encoding="utf-8")
    assert "Copyright (c) 2024 Cahya DSN" in (REFERENCE / "LICENSES.md").read_text(encoding="utf-8")


def test_the_package_says_its_licence_and_carries_every_text() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == "Apache-2.0"
    carried = {_name(path) for pattern in project["license-files"] for path in PROJECT.glob(pattern)}
    texts = {name for name in _named(NOTICE) if "LICENSE" in name}
    assert texts | {"LICENSE", "NOTICE"} <= carried
