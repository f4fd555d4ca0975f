"""Kunjungan: who sees more or fewer patients."""

from dashboard import layout

layout.open_page("kunjungan")
