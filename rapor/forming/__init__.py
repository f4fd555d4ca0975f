"""Forms to fill in: what a source declares and what a build says of a unit become a workbook."""

from pathlib import Path

from etl.recognising.source import load_all, own_folders
from queries import forms
from queries.forms import Contents
from rapor.forming import workbook
from rapor.forming.compose import compose


def made(data_dir: Path, contents: Contents) -> bytes:
    """Return the workbook of a form, its headings as the sources of a data folder declare them."""
    form = forms.forms()[contents.form]
    source = next(source for source in load_all(*own_folders(data_dir)) if source.name == form.source)
    return workbook.xlsx(compose(form, source, contents))
