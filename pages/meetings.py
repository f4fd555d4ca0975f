"""Rapat: pages frozen for a meeting, as they were."""

from dashboard import access, filters, freeze

freeze.show(filters.current(), access.current())
