"""Daftar indikator: which indicators are complete and measurable, and what to mend."""

from dashboard import layout

layout.open_page("register-indikator")
