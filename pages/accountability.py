"""Akuntabilitas pegawai: people within their job group, the official predicates, reporting discipline."""

from dashboard import asking, layout, revealing
from dashboard.replies import forms

layout.open_page("pegawai", above=forms.show)
revealing.show(asking.current())
