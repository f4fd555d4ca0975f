"""Where the tags of a part of a workbook stand in its bytes, so that it is changed there alone and stays as it is elsewhere."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape as _escape

from etl.returning.note import Unable
from queries.escape import without_controls

_START = re.compile(rb"""<([^\s/>]+)((?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(/?)>""")
_ATTRIBUTE = re.compile(rb"""\s+([^\s=/>]+)\s*=\s*("[^"]*"|'[^']*')""")
_DECLARED = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9_.-]+)["']""")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # how a spreadsheet writes a character that it can't


@dataclass
class Tag:
    """One element: its name as it is written, its depth, where its start tag begins and ends, and where it ends with all that is in it.

    `close` is where its end tag begins; of an element without one, where its start tag ends.
    """

    name: str
    depth: int
    attributes: Mapping[str, str]
    start: int
    start_end: int
    is_empty: bool
    close: int = 0
    end: int = 0
    text: list[str] = field(default_factory=list)

    @property
    def local(self) -> str:
        """Return the name without its prefix."""
        return self.name.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """Return the prefix with its colon, blank where there is none."""
        return self.name[: -len(self.local)]

    def get(self, local: str, default: str = "") -> str:
        """Return an attribute by its name without prefix."""
        return next((value for name, value in self.attributes.items() if name.rpartition(":")[2] == local), default)


Edit = tuple[int, int, bytes]  # from, to, what is put there


def tags(content: bytes, wanted: Collection[str], *, top: bool = False) -> list[Tag]:
    """Return the elements of these names (without prefix) in their order, with `top` the root and all right below it too; raises Unable."""
    declared = _DECLARED.match(content)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or (
        declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"ascii")
    ):
        raise Unable("encoding")
    found: list[Tag] = []
    open_tags: list[Tag | None] = []
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        depth = len(open_tags)
        if name.rpartition(":")[2] not in wanted and not (top and depth <= 1):
            open_tags.append(None)
            return
        at = parser.CurrentByteIndex
        written = _START.match(content, at)
        if not written:
            raise Unable("tag")
        tag = Tag(name, depth, attributes, at, written.end(), bool(written[3]))
        found.append(tag)
        open_tags.append(tag)

    def end(_: str) -> None:
        tag = open_tags.pop()
        if tag is None:
            return
        if tag.is_empty:
            tag.close = tag.end = tag.start_end
        else:
            tag.close = parser.CurrentByteIndex
            tag.end = content.index(b">", tag.close) + 1

    def data(text: str) -> None:
        if open_tags and (tag := open_tags[-1]) is not None:
            tag.text.append(text)

    def refuse(*_: object) -> None:
        raise Unable("entities")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = data, refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError) as error:
        raise Unable("xml") from error
    return found


def within(content: bytes, tag: Tag, inside: str) -> Edit:
    """Return the edit that puts XML in at the end of an element."""
    if not tag.is_empty:
        return tag.close, tag.close, inside.encode()
    opened = content[tag.start : tag.start_end].rstrip(b">").rstrip().rstrip(b"/")
    return tag.start, tag.start_end, opened + f">{inside}</{tag.name}>".encode()


def with_attribute(content: bytes, tag: Tag, local: str, value: str) -> Edit | None:
    """Return the edit that gives an attribute another value, None where the element has none of that name."""
    written = _START.match(content, tag.start)
    if not written:
        raise Unable("tag")
    for each in _ATTRIBUTE.finditer(content, written.start(2), written.end(2)):
        if each[1].rpartition(b":")[2] == local.encode():
            return each.start(2) + 1, each.end(2) - 1, attribute(value).encode()
    return None


def edited(content: bytes, edits: Iterable[Edit | None]) -> bytes:
    """Return content with the edits made."""
    for start, end, put in sorted((each for each in edits if each), key=lambda each: each[:2], reverse=True):
        content = content[:start] + put + content[end:]
    return content


def text(said: str) -> str:
    """Return a text for an element of a spreadsheet: escaped, without characters that are not seen, line breaks kept."""
    lines = [without_controls(each, " ") for each in said.split("\n")]
    return _escape(_ESCAPE.sub("_x005F_", "\n".join(lines)))


def attribute(said: str) -> str:
    """Return a text for an attribute, in quotes of either kind."""
    return _escape(without_controls(said, " "), {'"': "&quot;", "'": "&apos;"})
