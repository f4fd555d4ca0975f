"""A workbook of Excel with marks: its package's parts are edited where a mark stands; what is not concerned stays the same to the byte."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from etl.reading.grid import Unreadable
from etl.reading.guard import TooLarge, check_part, check_unpacked, shown_name
from etl.returning import comments, first
from etl.returning.note import MOST_MARKED, NO_MACROS, TITLE, WITHOUT_COMMENTS, Note, Unable
from etl.returning.xml import Edit, Tag, attribute, edited, tags, with_attribute, within

STRICT, TRANSITIONAL = (
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
)
TYPES = "application/vnd.openxmlformats-officedocument"
_MAIN = f"{TYPES}.spreadsheetml.sheet.main+xml"
_OF_MACROS = {"vbaProject", "vbaProjectSignature", "vbaProjectSignatureAgile", "vbaProjectSignatureV3", "wordVbaData"}
_AS_CODE = {"xlMacrosheet", "xlIntlMacrosheet"}  # sheets that are macros: without them the book would be another
_BEHIND_DRAWING = {"legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
                   "AlternateContent"}  # fmt: skip
_CELLS = re.compile(rb"<(?:\w+:)?sheetData[\s/>]")


@dataclass(frozen=True)
class Relation:
    """What a part names: the kind, and the part by its path."""

    id: str
    kind: str
    target: str


@dataclass
class Package:
    """The parts of a workbook by name, as they are and as they will be; names are the same in capitals."""

    archive: zipfile.ZipFile
    infos: list[zipfile.ZipInfo]
    changed: dict[str, bytes | None] = field(
        default_factory=dict
    )  # by the part's own name; None of one that is left out
    added: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, content: bytes) -> "Package":
        """Return the package that these bytes are; raises Unable."""
        try:
            archive = zipfile.ZipFile(io.BytesIO(content))
            infos = archive.infolist()
            for info in infos:
                check_part(info.compress_size, info.file_size)
            check_unpacked(sum(info.file_size for info in infos))
        except (zipfile.BadZipFile, TooLarge, ValueError) as error:
            raise Unable("zip") from error
        names = [info.filename.casefold() for info in infos]
        if len(set(names)) != len(names) or any("\\" in name or name.startswith("/") for name in names):
            raise Unable("names")
        return cls(archive, infos)

    def name(self, part: str) -> str | None:
        """Return a part's own name."""
        every = (*(info.filename for info in self.infos), *self.added)
        return next((each for each in every if each.casefold() == part.casefold()), None)

    def get(self, part: str) -> bytes:
        """Return a part as it will be; raises Unable where there is none."""
        name = self.name(part)
        found = None if name is None else self.added.get(name) or self.changed.get(name) or self.archive.read(name)
        if found is None:
            raise Unable(part)
        return found

    def put(self, part: str, content: bytes) -> None:
        """Make this what a part holds; a new one is added."""
        name = self.name(part)
        if name is None or name in self.added:
            self.added[name or part] = content
        else:
            self.changed[name] = content

    def relations(self, part: str) -> list[Relation]:
        """Return what a part names inside the package."""
        if self.name(_rels(part)) is None:
            return []
        folder = posixpath.dirname(part)
        return [
            Relation(tag.get("Id"), tag.get("Type").rpartition("/")[2],
                     posixpath.normpath(posixpath.join("/", folder, tag.get("Target"))).lstrip("/"))
            for tag in tags(self.get(_rels(part)), {"Relationship"})
            if tag.get("TargetMode").casefold() != "external"
        ]  # fmt: skip

    def relate(self, part: str, kind: str, target: str, base: str) -> str:
        """Add a relation of a part to another, and return its id."""
        rels = _rels(part)
        if self.name(rels) is None:
            self.put(rels, b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
                     b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>')  # fmt: skip
        content = self.get(rels)
        root, *every = tags(content, {"Relationships", "Relationship"})
        taken = {tag.get("Id") for tag in every}
        own = next(f"rIdRapor{n}" for n in range(1, len(taken) + 2) if f"rIdRapor{n}" not in taken)
        line = f'<{root.prefix}Relationship Id="{own}" Type="{base}/{kind}" Target="/{attribute(target)}"/>'
        self.put(rels, edited(content, [within(content, root, line)]))
        return own

    def declare(self, part: str, kind: str) -> None:
        """Say of which type a new part is."""
        content = self.get("[Content_Types].xml")
        root = tags(content, {"Types"})[0]
        line = f'<{root.prefix}Override PartName="/{attribute(part)}" ContentType="{kind}"/>'
        self.put("[Content_Types].xml", edited(content, [within(content, root, line)]))

    def free(self, pattern: str) -> str:
        """Return a name that no part has, with a number in it."""
        return next(name for n in range(1, 100_000) if self.name(name := pattern.format(n)) is None)

    def written(self) -> bytes:
        """Return the package, its parts in their order; what did not change is put in as it was."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for info in self.infos:
                content = self.changed.get(info.filename, b"")
                if content is None:
                    continue
                kept = zipfile.ZipInfo(info.filename, info.date_time)
                kept.compress_type, kept.external_attr = zipfile.ZIP_DEFLATED, info.external_attr
                archive.writestr(kept, content or self.archive.read(info))
            for name, content in self.added.items():
                new = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                new.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(new, content)
        return out.getvalue()


def marked(content: bytes, sha: str, notes: Sequence[Note], also: Sequence[str], own: str = "") -> bytes:
    """Return a workbook with its notes as comments and listed on a first sheet; raises Unable where it can't be edited part by part.

    `own` is the sheet of that kind that it has already, having gone back before: it is written anew.
    """
    try:
        return _marked(Package.of(content), sha, notes, also, own)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, LookupError, ValueError, EOFError) as error:
        raise Unable(type(error).__name__) from error


def _marked(package: Package, sha: str, notes: Sequence[Note], also: Sequence[str], own: str) -> bytes:
    home = next((r.target for r in package.relations("") if r.kind == "officeDocument"), "xl/workbook.xml")
    _check_types(package, home)
    book = package.get(home)
    base = STRICT if b"purl.oclc.org/ooxml/spreadsheetml" in book[:4000] else TRANSITIONAL
    named = {r.id: r for r in package.relations(home)}
    if any(r.kind in _AS_CODE for r in named.values()):
        raise Unable("macrosheet")
    sheets = [(tag, named.get(tag.get("id"))) for tag in tags(book, {"sheet"}) if tag.depth == 2]
    parts = [relation.target for _, relation in sheets if relation]
    if not sheets or len(parts) != len(sheets) or len({part.casefold() for part in parts}) != len(parts):
        raise Unable("sheets")
    by_sheet: dict[str, list[Note]] = {}
    for note in notes:
        by_sheet.setdefault(note.sheet, []).append(note)
    ours = next((n for n, (tag, _) in enumerate(sheets) if own and tag.get("name") == own), None)
    also = list(also)
    for n, ((tag, _), part) in enumerate(zip(sheets, parts, strict=True)):
        if n != ours and named[tag.get("id")].kind == "worksheet":
            try:
                _mark(package, part, by_sheet.get(shown_name(tag.get("name")), []), base)
            except (Unable, Unreadable):
                also.append(WITHOUT_COMMENTS.format(name=shown_name(tag.get("name"))))
    also += [NO_MACROS] if _without_macros(package, home) else []
    book = package.get(home)
    links = {shown_name(tag.get("name")): tag.get("name") for tag, _ in sheets}
    wrap = _wrapping(package, next((r.target for r in named.values() if r.kind == "styles"), None))
    page = first.sheet(sha, notes, also, links, "purl" in base, wrap)
    if ours is None:
        ours = 0
        new = package.free("xl/worksheets/rapor{}.xml")
        package.put(new, page)
        package.declare(new, f"{TYPES}.spreadsheetml.worksheet+xml")
        relation = package.relate(home, "worksheet", new, base)
        package.put(home, _with_sheet(book, relation, base))
    else:
        package.put(parts[ours], page)
        package.put(home, edited(book, _shown(book, ours)))
        parts.pop(ours)
    for part in parts:
        _not_selected(package, part)
    return package.written()


def _rels(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _check_types(package: Package, home: str) -> None:
    """Raise Unable where the package does not say what its parts are: no program but ours would open it."""
    content = package.get("[Content_Types].xml")
    if not any(tag.get("PartName").casefold() == f"/{home}".casefold() for tag in tags(content, {"Override"})):
        raise Unable("types")


def _with_sheet(book: bytes, relation: str, base: str) -> bytes:
    """Return the workbook with the first sheet named before the others, and what counts sheets by their place moved on."""
    every = [tag for tag in tags(book, {"sheet", "definedName"}) if tag.depth == 2]
    sheets = [tag for tag in every if tag.local == "sheet"]
    names = {tag.get("name").casefold() for tag in sheets}
    title = next(
        name for n in range(1, 1000) if (name := TITLE if n == 1 else f"{TITLE} ({n})").casefold() not in names
    )
    number = 1 + max(int(tag.get("sheetId", "0") or 0) for tag in sheets)
    line = f'<{sheets[0].prefix}sheet xmlns:r="{base}" name="{title}" sheetId="{number}" r:id="{relation}"/>'
    moved = [
        with_attribute(book, tag, "localSheetId", str(int(tag.get("localSheetId")) + 1))
        for tag in every if tag.local == "definedName" and tag.get("localSheetId")
    ]  # fmt: skip
    at = sheets[0].start
    return edited(book, [(at, at, line.encode()), *moved, *_shown(book, 0)])


def _shown(book: bytes, place: int) -> Iterator[Edit | None]:
    """Yield the edits by which the sheet at a place is the one that is shown, and the sheets to its right can be scrolled to."""
    for view in tags(book, {"workbookView"}):
        active = with_attribute(book, view, "activeTab", str(place))
        if active is None and place:
            raise Unable("view")
        yield active
        yield with_attribute(book, view, "firstSheet", "0")


def _not_selected(package: Package, part: str) -> None:
    """Have a sheet not be selected beside the first one: in sheets that are selected together whatever is typed goes into all."""
    content = package.get(part)
    start = _CELLS.search(content)
    head = content[: start.start()] if start else content
    if b"tabSelected" not in head:
        return
    views = tags(content, {"sheetView"})
    package.put(part, edited(content, [with_attribute(content, view, "tabSelected", "0") for view in views]))


def _mark(package: Package, part: str, notes: Sequence[Note], base: str) -> None:
    """Put notes as comments beside the cells of a sheet; a cell with a comment of its own keeps it, and the first sheet says the rest."""
    texts: dict[tuple[int, int], list[str]] = {}
    for note in notes:
        if note.row is not None and note.column is not None:
            texts.setdefault((note.row, note.column), []).append(note.text)
    relations = {r.kind: r for r in package.relations(part)}
    has_ours = "comments" in relations and comments.has_ours(package.get(relations["comments"].target))
    if not texts and not has_ours:
        return
    said = {place: "\n\n".join(dict.fromkeys(each)) for place, each in list(texts.items())[:MOST_MARKED]}
    content = package.get(part)
    root, *below = tags(content, set(), top=True)
    drawing = next((tag for tag in below if tag.local == "legacyDrawing"), None)
    shapes = _named_by(package, part, drawing) if drawing else None
    page = package.get(relations["comments"].target) if "comments" in relations else comments.empty("purl" in base)
    kept, gone = comments.without_ours(page)
    taken = comments.places(kept)
    said = {place: text for place, text in said.items() if place not in taken}
    pictures = comments.without_shapes(package.get(shapes), gone) if shapes else comments.no_shapes()
    page, pictures = comments.added(kept, said), comments.with_shapes(pictures, list(said))
    if "comments" in relations:
        package.put(relations["comments"].target, page)
    else:
        own = package.free("xl/raporComments{}.xml")
        package.put(own, page)
        package.declare(own, f"{TYPES}.spreadsheetml.comments+xml")
        package.relate(part, "comments", own, base)
    if shapes:
        package.put(shapes, pictures)
        return
    own = package.free("xl/drawings/raporDrawing{}.vml")
    package.put(own, pictures)
    package.declare(own, f"{TYPES}.vmlDrawing")
    relation = package.relate(part, "vmlDrawing", own, base)
    line = f'<{root.prefix}legacyDrawing xmlns:r="{base}" r:id="{relation}"/>'
    after = next((tag for tag in below if tag.local in _BEHIND_DRAWING and tag.start > _data_end(below)), None)
    edit = (after.start, after.start, line.encode()) if after else within(content, root, line)
    package.put(part, edited(content, [edit]))


def _data_end(below: Sequence[Tag]) -> int:
    return next((tag.end for tag in below if tag.local == "sheetData"), 0)


def _named_by(package: Package, part: str, drawing: Tag) -> str:
    found = next((r.target for r in package.relations(part) if r.id == drawing.get("id")), None)
    if found is None:
        raise Unable("drawing")
    return found


def _wrapping(package: Package, part: str | None) -> int | None:
    """Add a style whose long texts are broken into lines, and return its number; the styles that are there stay what they are."""
    if part is None or package.name(part) is None:
        return None
    content = package.get(part)
    cells = next((tag for tag in tags(content, {"cellXfs"}) if tag.depth == 1), None)
    if cells is None or cells.is_empty:
        return None
    count = sum(cells.start < tag.start < cells.end and tag.depth == 2 for tag in tags(content, {"xf"}))
    p = cells.prefix
    style = f'<{p}xf numFmtId="0" fontId="0" fillId="0" borderId="0" applyAlignment="1"><{p}alignment vertical="top" wrapText="1"/></{p}xf>'
    package.put(
        part, edited(content, [within(content, cells, style), with_attribute(content, cells, "count", str(count + 1))])
    )
    return count


def _without_macros(package: Package, home: str) -> bool:
    """Leave the macros out, and return whether there were any."""
    every: Mapping[str, list[Relation]] = {"": package.relations(""), home: package.relations(home)}
    gone = [
        (part, r) for part, named in every.items() for r in named if r.kind in _OF_MACROS or r.kind == "extensibility"
    ]
    names = [
        info.filename
        for info in package.infos
        if posixpath.basename(info.filename).casefold().startswith(("vbaproject", "vbadata"))
    ]
    kinds = package.get("[Content_Types].xml")
    types = tags(kinds, {"Override", "Default"})
    lost = {f"/{each}".casefold() for each in (*names, *(r.target for _, r in gone))}
    edits: list[Edit | None] = [(tag.start, tag.end, b"") for tag in types if tag.get("PartName").casefold() in lost]
    is_of_macros = False
    for tag in types:
        if (
            "macroenabled" in tag.get("ContentType").casefold()
            and tag.get("PartName").casefold() == f"/{home}".casefold()
        ):
            edits.append(with_attribute(kinds, tag, "ContentType", _MAIN))
            is_of_macros = True
    if not (gone or names or is_of_macros):
        return False
    package.put("[Content_Types].xml", edited(kinds, edits))
    for part in every:
        ids = {r.id for of, r in gone if of == part}
        if ids:
            content = package.get(_rels(part))
            cut = [(tag.start, tag.end, b"") for tag in tags(content, {"Relationship"}) if tag.get("Id") in ids]
            package.put(_rels(part), edited(content, cut))
    for name in {*names, *(r.target for _, r in gone)}:
        for each in (name, _rels(name)):
            if (own := package.name(each)) is not None:
                package.changed[own] = None
    return True
