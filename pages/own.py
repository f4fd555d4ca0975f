"""Data saya: an employee's own record, what is missing in it, and his replies."""

from dashboard import layout
from dashboard.replies import forms

layout.open_page("saya", above=forms.show)
