"""Catatan akses: who did what, when."""

from dashboard import layout, registry

layout.open_page(registry.RECORD)
