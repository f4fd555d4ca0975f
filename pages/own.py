"""Data saya: an employee's own record, what is missing in it, and his replies."""

from dashboard import asking, layout
from dashboard.replies import forms

layout.open_page("saya")
forms.show(asking.current())
