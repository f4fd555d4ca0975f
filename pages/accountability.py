"""Akuntabilitas pegawai: people within their job group, the official predicates, reporting discipline."""

from dashboard import layout

layout.open_page("pegawai")
