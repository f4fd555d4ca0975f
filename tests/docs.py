"""Pages of docs/ that are made from what they speak of: `python -m tests.docs` writes them anew, a test holds them to it."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from etl.recognising import source as declarations
from tests import docs_measures

DOCS = Path(__file__).resolve().parents[1] / "docs"
MONTHS = {1: "a month", 3: "a quarter", 6: "half a year", 12: "a year"}
TYPES = {
    "text": "a text",
    "count": "a whole number, zero or more; a dot or comma before three digits groups thousands",
    "decimal": "a decimal number; the column decides whether its mark is a comma or a dot",
    "figure": "a decimal number, a range (`20 - 28`), or a predicate in letters (`WTP`)",
    "score": "an answer: a whole number of the scale, such a number with its words (`4. Sangat baik`), or the words",
    "period": "a day, month, quarter, half-year or year, as offices write them (`Mar-24`, `TW III 2025`, `25/03/2024`)",
    "month": "a month by name or number",
    "quarter": "a quarter by number, Roman or Arabic",
    "year": "a year",
    "date": "a day or a moment on it, by whose month the row counts; the column decides whether day or month comes first",
    "moment": "a day, with or without the time",
    "nip": "18 digits of a NIP; never shown whole",
    "yes_no": "yes or no in the words that forms use",
    "detail": "which part of a figure the row holds, such as men or women; the parts are summed",
}


def sources() -> str:
    """Return docs/sources.md: each form, how it is recognised, its columns, types, headings and checks."""
    paths = sorted(declarations.SOURCES.glob("*.toml"))
    parsed = {source.name: source for source in declarations.load_all()}
    forms = "\n".join(_form(path, parsed[path.stem]) for path in paths)
    types = "\n".join(f"| {name} | {meaning} |" for name, meaning in TYPES.items())
    index = "\n".join(f"- [{parsed[p.stem].title}](#{p.stem}): {parsed[p.stem].title_en}" for p in paths)
    return f"""# The forms that Rapor reads

Made from `etl/sources/*.toml` by `python -m tests.docs`; to change a form, change its declaration there. A district's own forms and
changes lie in `sources/` of its data folder, in the same format. CONTRIBUTING.md tells how to add one.

A table is taken for the form whose headings it has: capitals, accents, punctuation and line breaks don't count, and a heading over
several rows is read from the top down (`a > b`). A period or unit that no column names is taken from the title rows, then the name of
the sheet, the file and the folder. Where several forms fit, the one that knows most of the columns is taken; where none does, the file
is refused, and the nearest form with its missing headings is named.

{index}

## Types of columns

| type | what a cell may hold |
|---|---|
{types}

A cell that its column's type can't read refuses its row, with the reason; `-`, `n/a` and their like count as empty. A formula that failed
refuses only its own cell. Of a column or a sheet whose name ends in *(acuan)* nothing is read, in any form.

{forms}"""


def _form(path: Path, source: declarations.Source) -> str:
    text = path.read_text(encoding="utf-8")
    remarks = [line.removeprefix("# ") for line in text.split("\n\n")[0].splitlines() if line.startswith("# ")]
    declared = tomllib.loads(text)
    columns = declared.get("fields", {}) | declared.get("measures", {}) | declared.get("notes", {})
    rows = "\n".join(_column(name, columns[name], source) for name in columns)
    facts = "\n".join(f"- {fact}" for fact in _facts(source, declared))
    return f"""<a id="{path.stem}"></a>

## {source.title}

{source.title_en}: `{path.relative_to(DOCS.parent).as_posix()}`, rows of the kind `{source.kind}`.{" ".join(["", *remarks])}

{facts}

| column | type | headings | checks |
|---|---|---|---|
{rows}
"""


def _facts(source: declarations.Source, declared: dict[str, Any]) -> Iterator[str]:
    def titles(names: str) -> str:
        return " or ".join(source.field(name).title for name in names.split("|"))

    yield f"Recognised by: {'; '.join(titles(wanted) for wanted in source.required)}" + (
        f"; and at least one of {', '.join(titles(name) for name in source.any_of)}" if source.any_of else ""
    )
    if source.words:
        yield f"Taken only where the headings, titles or names hold one of: {_list(source.words)}"
    if source.known_by:
        yield f"Or where it has one of {_list(source.known_by)}, unless headings or title say: {_list(source.foreign) or 'nothing else'}"
    for headings, names in source.joined.items():
        yield f"{' and '.join(map(titles, names))} may stand together in one column: {_list(headings[:4])}, ..."
    if source.bare:
        yield f"Columns of periods alone are taken for what a word around them says: {_list(source.bare)}"
    if source.is_uneven:
        yield "Columns of periods of different lengths may stand side by side; a heading that stands twice is read as neither"
    if source.outside:
        yield f"Columns under one of these words are another matter: {_list(sorted(source.outside))}"
    if source.named_by:
        yield f"Each row names its measure in {titles(source.named_by)}"
    if source.scale:
        yield f"The scale is {source.scale[0]:g} to {source.scale[1]:g}; a table on another one is refused whole, with the reason"
    for other, wanted in source.beside.items():
        yield f"Is read from a table of {other} too, where that has {', '.join(map(titles, wanted))}; a list of its own outweighs it"
    if source.notes:
        yield f"Written beside the figures, never refused: {', '.join(note.title for note in source.notes)}"
    if source.across:
        yield f"May stand across, one column each: {', '.join(sorted(source.across))}"
    if source.default_measure:
        yield f"A column across that says nothing else is {titles(source.default_measure)}"
    if source.months:
        yield f"A row speaks of {' or '.join(MONTHS[n] for n in source.months)}"
    if source.constants:
        yield "Each row is given " + ", ".join(f"{name} = {value}" for name, value in source.constants.items())
    if source.counts_rows:
        yield f"Rows are counted by {', '.join(source.key)}; nothing else of them is kept"
    elif source.key:
        yield f"One row for each {', '.join(source.key)}: a repetition is refused, and so are all rows that contradict each other"
    for total, parts in source.parts.items():
        yield f"{titles(total)} is compared with {' + '.join(map(titles, parts))}; a difference is a finding, the row stays"
    for group, words in declared.get("details", {}).items():
        yield f"Columns or rows that part a figure by {group}, and are summed: {_list(words)}"
    for span, words in declared.get("spans", {}).items():
        yield f"Sums since January, checked and not loaded ({span}): {_list(words)}"
    for measure, words in declared.get("types", {}).items():
        yield f"Rows that name {measure}: {_list(words)}"
    if source.trailing_zero:
        yield "Zeros at the end of the months are taken for months not yet reported, unless the cell says NIHIL"
    if source.is_personal:
        yield "Holds people: columns that are not named here are dropped while reading, and no cell is ever quoted"
    if declared.get("ignored"):
        yield f"Left aside: {_list(declared['ignored'])}"


def _column(name: str, declared: dict[str, Any], source: declarations.Source) -> str:
    column = source.field(name)
    checks = []
    if any(name in wanted.split("|") for wanted in source.required):
        checks.append("needed" if column.type != "text" else "needed; an empty cell refuses the row")
    if column.low is not None or column.high is not None:
        low, high = (f"{value:g}" if value is not None else "" for value in (column.low, column.high))
        checks.append(f"{low} to {high}" if low and high else f"from {low}" if low else f"up to {high}")
    if column.fill_down:
        checks.append("empty: as above")
    if column.refused:
        checks.append("refused: `" + column.refused.replace("|", "\\|") + "`")
    if column.answers:
        checks.append("; ".join(f"{text} = {value:g}" for text, value in column.answers.items()))
    if column.is_personal:
        checks.append("personal: never quoted")
    if column.is_month_first:
        checks.append("12/31/2024, unless a date of the column shows that the day comes first")
    headings = _list(declared.get("aliases", ()))
    if column.phrases:
        headings += f"; any heading with {_list(declared['phrases'])}"
    shown = f"{column.title} (`{name}`)" if column.title != name else f"`{name}`"
    return f"| {shown} | {column.type} | {headings} | {'; '.join(checks)} |"


def _list(texts: Any) -> str:
    return ", ".join(texts)


DOCUMENTS = {"sources.md": sources, "measures.md": docs_measures.text}


def main() -> None:
    """Write every made page of docs/ anew."""
    for name, text in DOCUMENTS.items():
        (DOCS / name).write_text(text(), encoding="utf-8")
        print(f"docs/{name}")


if __name__ == "__main__":
    main()
