"""What is served: the dashboard, and beside it the files that were made for a reader."""

from starlette.routing import Route
from streamlit import App

from dashboard.explore import downloads

ROUTES = [Route(f"/{downloads.ADDRESS}/{{token}}", downloads.give)]
app = App("app.py", routes=ROUTES)
