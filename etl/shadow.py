"""A lake that is only looked at: what further files give is kept in memory beside it, and nothing is written."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from etl.lake import Entry, Lake, Outcome, Reading


class Shadow(Lake):
    """The lake of a data folder with further readings that are kept in memory alone: nothing is written."""

    is_written = False

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir)
        self._added: dict[str, Outcome] = {}
        self._files: dict[str, Entry] | None = None
        self._salt: str | None = None

    @property
    def scratch(self) -> Path:
        """Return a folder for what has no name and is gone with its process."""
        return Path(tempfile.gettempdir())

    def manifest(self) -> dict[str, Entry]:
        """Return the files that count, by hash."""
        return super().manifest() if self._files is None else dict(self._files)

    def write_manifest(self, manifest: Mapping[str, Entry], number: int | None = None) -> None:
        """Make these the files that count, for whoever asks this object."""
        self._files = dict(manifest)

    def has(self, key: str) -> bool:
        """Tell whether there is this reading."""
        return key in self._added or super().has(key)

    def reading(self, key: str) -> Reading:
        """Return what a reading says of its file."""
        return self._added[key].reading if key in self._added else super().reading(key)

    def add(self, outcome: Outcome) -> None:
        """Keep a reading in memory."""
        self._added[outcome.reading.key] = outcome

    def frames(self, manifest: Mapping[str, Entry], kind: str) -> list[pl.DataFrame]:
        """Return the rows of one kind that are kept in memory alone, a frame a reading."""
        added = [self._added[e.key] for _, e in sorted(manifest.items()) if e.key in self._added]
        given = [
            {"rejects": o.rejects, "observations": o.observations, "members": o.members, "cells": o.cells, **o.records}
            for o in added
        ]
        return [frames[kind] for frames in given if kind in frames and frames[kind].height]

    def gives(self, key: str, kind: str) -> bool:
        """Tell whether a reading has rows of a kind."""
        return kind in self._added[key].records if key in self._added else super().gives(key, kind)

    def salt(self) -> str | None:
        """Return the secret of this data folder, or the one that stands for it here."""
        return self._salt or super().salt()

    def keep_salt(self, secret: str) -> None:
        """Keep a secret in memory."""
        self._salt = secret
