"""Rapat: pages frozen for a meeting, as they were."""

from dashboard import access, filters
from dashboard.meetings import forms as meeting_forms

meeting_forms.show(filters.current(), access.current())
