"""Kartu skor: the strategic indicators on one sheet."""

from dashboard import layout

layout.open_page("kartu-skor")
