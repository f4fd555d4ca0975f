"""Rapat: pages frozen for a meeting, as they were."""

from dashboard import asking, filters
from dashboard.meetings import forms

forms.show(filters.current(), asking.current())
