"""Beban lapor: how much is asked of units, what it costs them, what could be asked less."""

from dashboard import layout

layout.open_page("beban")
