"""Akuntabilitas pegawai: people within their job group, the official predicates, reporting discipline."""

from dashboard import asking, layout
from dashboard.replies import forms

layout.open_page("pegawai")
forms.show(asking.current())
