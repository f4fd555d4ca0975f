"""The comments of a sheet, and the shapes in which a spreadsheet draws them: those that are there stay, ours are added or replaced."""

import re
from collections.abc import Collection, Mapping, Sequence

from etl.reading.workbooks.xlsx import position
from etl.returning.note import AUTHOR, Unable, address
from etl.returning.xml import Tag, edited, tags, text, within

_SHAPE = re.compile(rb"<(\w+:|)shape\s.*?</\1shape>", re.DOTALL)
_PLACE = re.compile(rb"<(\w+:|)Row>\s*(\d+)\s*</\1Row>\s*<\1Column>\s*(\d+)\s*</\1Column>")
_NUMBER = re.compile(rb"_x0000_s(\d{1,9})")
_IS_NOTE = re.compile(rb"""ObjectType\s*=\s*["']Note["']""")
_KIND = re.compile(rb"""\sid\s*=\s*["']_x0000_t202["']""")
# Programs declare them at the root or, as openpyxl does, on each element: ours are declared where they stand.
_SPACES = (
    b'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_TYPE = (
    b"<v:shapetype "
    + _SPACES
    + b' id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
Place = tuple[int, int]  # row from 1, column from 0


def empty(is_strict: bool) -> bytes:
    """Return a part of comments without any."""
    main = (
        "purl.oclc.org/ooxml/spreadsheetml/main" if is_strict else "schemas.openxmlformats.org/spreadsheetml/2006/main"
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<comments xmlns="http://{main}"><authors/><commentList/></comments>'
    ).encode()


def _read(page: bytes) -> tuple[Tag, list[str], Tag, list[Tag]]:
    """Return the element of authors, their names, the list, and its comments."""
    every = tags(page, {"authors", "author", "commentList", "comment"})
    of = {name: [tag for tag in every if tag.local == name] for name in ("authors", "author", "commentList", "comment")}
    if not of["authors"] or not of["commentList"]:
        raise Unable("comments")
    return of["authors"][0], ["".join(tag.text) for tag in of["author"]], of["commentList"][0], of["comment"]


def _ours(names: Sequence[str]) -> set[str]:
    return {str(number) for number, name in enumerate(names) if name == AUTHOR}


def has_ours(page: bytes) -> bool:
    """Tell whether comments of a workbook that went back before stand here."""
    _, names, _, every = _read(page)
    return any(tag.get("authorId") in _ours(names) for tag in every)


def without_ours(page: bytes) -> tuple[bytes, set[Place]]:
    """Return the comments without those of a workbook that went back before, and where those stood."""
    _, names, _, every = _read(page)
    gone = [tag for tag in every if tag.get("authorId") in _ours(names)]
    return edited(page, [(tag.start, tag.end, b"") for tag in gone]), {position(tag.get("ref")) for tag in gone}


def places(page: bytes) -> set[Place]:
    """Return where comments stand."""
    return {position(tag.get("ref")) for tag in _read(page)[3]}


def added(page: bytes, said: Mapping[Place, str]) -> bytes:
    """Return the comments with further ones."""
    authors, names, listed, _ = _read(page)
    p = listed.prefix
    number = names.index(AUTHOR) if AUTHOR in names else len(names)
    lines = "".join(
        f'<{p}comment ref="{address(*place)}" authorId="{number}"><{p}text><{p}r><{p}t xml:space="preserve">{text(each)}</{p}t></{p}r>'
        f"</{p}text></{p}comment>"
        for place, each in sorted(said.items())
    )
    author = (
        [] if AUTHOR in names else [within(page, authors, f"<{authors.prefix}author>{AUTHOR}</{authors.prefix}author>")]
    )
    return edited(page, [*author, within(page, listed, lines)])


# --- the shapes ------------------------------------------------------------------------------------------------------------


def no_shapes() -> bytes:
    """Return a drawing without shapes."""
    head = b'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>'
    return b"<xml " + _SPACES + b">" + head + _TYPE + b"</xml>"


def without_shapes(drawing: bytes, gone: Collection[Place]) -> bytes:
    """Return a drawing without the shapes of the comments at these places."""

    def kept(found: re.Match[bytes]) -> bytes:
        place = _PLACE.search(found[0])
        is_gone = place is not None and _IS_NOTE.search(found[0]) and (int(place[2]) + 1, int(place[3])) in gone
        return b"" if is_gone else found[0]

    return _SHAPE.sub(kept, drawing) if gone else drawing


def with_shapes(drawing: bytes, at: Sequence[Place]) -> bytes:
    """Return a drawing with a shape for each comment; raises Unable for one that is not written as spreadsheets write it."""
    end = drawing.rfind(b"</xml>")
    if end < 0:
        raise Unable("drawing")
    number = max((int(each) for each in _NUMBER.findall(drawing)), default=1024)
    shapes = b"".join(_shape(number + n, *place) for n, place in enumerate(sorted(at), 1))
    kind = b"" if _KIND.search(drawing) else _TYPE
    return drawing[:end] + kind + shapes + drawing[end:]


def _shape(number: int, row: int, column: int) -> bytes:
    top = max(row - 2, 0)
    return (
        f'<v:shape {_SPACES.decode()} id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:80pt;'
        "margin-top:5pt;width:260pt;"
        f'height:110pt;z-index:{number % 1024 + 1};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto">'
        '<div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{column + 1}, 15, {top}, 10, {column + 5}, 15, {top + 7}, 4</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row - 1}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    ).encode()
