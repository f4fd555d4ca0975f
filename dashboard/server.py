"""What is served: the dashboard, and beside it the files that were made for a reader."""

import os

from starlette.routing import Route
from streamlit import App

from dashboard.explore import downloads
from queries import private

os.umask(private.OTHERS)  # notes, snapshots and analyses are for the owner of the data folder alone
ROUTES = [Route(f"/{downloads.ADDRESS}/{{token}}", downloads.give)]
app = App("app.py", routes=ROUTES)
