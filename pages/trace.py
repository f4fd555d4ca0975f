"""Asal angka: where one figure comes from, down to the rows of files."""

from dashboard import layout

layout.open_page("asal")
