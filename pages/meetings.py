"""Rapat: pages frozen for a meeting, as they were."""

from dashboard import access, filters
from dashboard.meetings import forms

forms.show(filters.current(), access.current())
