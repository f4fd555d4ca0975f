"""Kalender laporan: who owes which report by when."""

from dashboard import layout

layout.open_page("kalender")
