"""What is not as it was: the pages of one meeting held against those of another. Pure; nothing is fetched here."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar
from urllib.parse import parse_qsl, urlsplit

from dashboard import registry
from dashboard.meetings import comparison_rows
from dashboard.meetings.comparison_rows import Change, Figure, Kind, Side, figure
from dashboard.snapshot import Block, ChartBlock, Headline, Meeting, Role, Snapshot, TableBlock, TextBlock, Tile
from dashboard.words import text

PAGE = registry.MEETINGS  # the page that says what changed
_PERIOD_KEYS = {"dari", "sampai"}
State = Literal["new", "gone"]
Tabular = ChartBlock | TableBlock
T = TypeVar("T")


@dataclass(frozen=True)
class TileMove:
    """A tile that says something else; `change` is now − before where both are numbers of the same unit, else None."""

    page: str
    before: Tile
    now: Tile
    figures: tuple[Figure, Figure]
    change: float | None


@dataclass(frozen=True)
class Moved:
    """A figure that moved, on the page with this title and address, in the block with this id."""

    page: str
    address: str
    block: str
    change: Change


@dataclass(frozen=True)
class RowChange:
    """A row that one side alone has; `is_period` where it alone has that period."""

    page: str
    block: str
    what: str
    is_period: bool
    state: State


@dataclass(frozen=True)
class HeadlineChange:
    """A headline that is new (`before` None), gone (`now` None), or says the same thing in other words."""

    page: str
    before: Headline | None
    now: Headline | None


@dataclass(frozen=True)
class SignalChange:
    """A signal of a unit, or of one of its items, that one side alone has; a good one that turns bad is gone and new."""

    page: str
    what: str
    words: str
    signal: Literal["good", "bad"]
    state: State


@dataclass(frozen=True)
class Part:
    """A page, or a block of one, that one side alone has; `block` is None for a whole page."""

    page: str
    block: str | None
    state: State


@dataclass(frozen=True, eq=False)
class Comparison:
    """All that is not the same in two meetings."""

    before: Meeting
    now: Meeting
    tiles: tuple[TileMove, ...]
    headlines: tuple[HeadlineChange, ...]
    moved: tuple[Moved, ...]
    rows: tuple[RowChange, ...]
    signals: tuple[SignalChange, ...]
    parts: tuple[Part, ...]

    @property
    def is_empty(self) -> bool:
        """Return whether nothing differs."""
        return not (self.tiles or self.headlines or self.moved or self.rows or self.signals or self.parts)

    def count(self, kind: Kind) -> int:
        """Return how many figures of tables moved in this way."""
        return sum(each.change.kind == kind for each in self.moved)


@dataclass(frozen=True, eq=False)
class _Page:
    """A page, and how it was asked for."""

    page: Snapshot
    address: str
    query: tuple[tuple[str, str], ...]
    language: str

    @property
    def lasting(self) -> Hashable:
        """What the page is about, whatever the period."""
        return self.address, tuple(pair for pair in self.query if pair[0] not in _PERIOD_KEYS)


def compare(before: Meeting, now: Meeting) -> Comparison:
    """Return what differs: pages belong together by address, filters and order, if need be without the period's filters."""
    old, fresh = _asked(before), _asked(now)
    pairs, old, fresh = paired(old, fresh, lambda p: (p.address, p.query))
    alike, old, fresh = paired(old, fresh, lambda p: p.lasting)
    order = {id(page): n for n, page in enumerate(now.pages)}
    together = sorted(pairs + alike, key=lambda pair: order[id(pair[1].page)])
    blocks = [(a, b, *_blocks(a.page, b.page)) for a, b in together]
    alone = [Part(p.page.title, None, "new") for p in fresh] + [Part(p.page.title, None, "gone") for p in old]
    moved, rows = [], []
    for a, b, shared, _parts in blocks:
        for x, y in shared:
            changed, new, gone = comparison_rows.compare(_side(a, x), _side(b, y))
            moved += [Moved(b.page.title, b.address, y.id, each) for each in changed]
            rows += [RowChange(b.page.title, y.id, each.what, each.is_period, "new") for each in new]
            rows += [RowChange(b.page.title, y.id, each.what, each.is_period, "gone") for each in gone]
    return Comparison(
        before, now,
        tuple(move for a, b in together for move in _tiles(a, b)),
        tuple(change for a, b in together for change in _headlines(a, b)),
        tuple(moved), tuple(rows),
        tuple(signal for a, b, shared, _parts in blocks for signal in _signals(a, b, shared)),
        (*alone, *(part for _a, _b, _shared, parts in blocks for part in parts)),
    )  # fmt: skip


def paired(
    old: Sequence[T], fresh: Sequence[T], key: Callable[[T], Hashable]
) -> tuple[list[tuple[T, T]], list[T], list[T]]:
    """Return those with the same key, the first with the first, and what is left of each side."""
    waiting: dict[Hashable, list[T]] = defaultdict(list)
    for each in old:
        waiting[key(each)].append(each)
    pairs, left = [], []
    for each in fresh:
        same = waiting[key(each)]
        if same:
            pairs.append((same.pop(0), each))
        else:
            left.append(each)
    kept = {id(each) for each in (each for rest in waiting.values() for each in rest)}
    return pairs, [each for each in old if id(each) in kept], left


def _asked(meeting: Meeting) -> list[_Page]:
    """Return the pages but for the one that itself says what changed, each with what it was asked by."""
    pages = [page for page in meeting.pages if page.page != PAGE]
    settings = [asked for asked in meeting.settings if asked[0] != PAGE]
    if len(settings) != len(pages):
        settings = [(page.page, ()) for page in pages]
    return [
        _Page(page, address, tuple(sorted(query)), meeting.language)
        for page, (address, query) in zip(pages, settings, strict=True)
    ]


def _tiles(a: _Page, b: _Page) -> Iterator[TileMove]:
    pairs, _gone, _new = paired(a.page.tiles, b.page.tiles, lambda tile: tile.id)
    for old, fresh in pairs:
        if (old.value, old.unit) == (fresh.value, fresh.unit):
            continue
        x, y = figure(old.value, a.language), figure(fresh.value, b.language)
        is_alike = x.value is not None and y.value is not None and (x.measure, old.unit) == (y.measure, fresh.unit)
        yield TileMove(b.page.title, old, fresh, (x, y), y.value - x.value if is_alike else None)


def _headlines(a: _Page, b: _Page) -> Iterator[HeadlineChange]:
    """Give what is said otherwise: the same words first, then what leads to the same place with the same signal."""
    _same, old, fresh = paired(a.page.headlines, b.page.headlines, lambda headline: (headline.text, headline.signal))
    changed, gone, new = paired(old, fresh, lambda headline: (_target(headline.link), headline.signal))
    for was, is_now in changed:
        yield HeadlineChange(b.page.title, was, is_now)
    for headline in new:
        yield HeadlineChange(b.page.title, None, headline)
    for headline in gone:
        yield HeadlineChange(b.page.title, headline, None)


def _target(link: str | None) -> Hashable:
    """Return where a link leads, whatever the period and language."""
    parts = urlsplit(link or "")
    query = tuple(pair for pair in parse_qsl(parts.query) if pair[0] not in {*_PERIOD_KEYS, "bahasa"})
    return parts.path, query, parts.fragment


def _blocks(a: Snapshot, b: Snapshot) -> tuple[list[tuple[Tabular, Tabular]], list[Part]]:
    pairs, gone, new = paired(list(_flat(a)), list(_flat(b)), lambda block: (block.id, isinstance(block, TextBlock)))
    shared = [(x, y) for x, y in pairs if not isinstance(x, TextBlock) and not isinstance(y, TextBlock)]
    parts = [Part(b.title, _title(block), "new") for block in new]
    return shared, [*parts, *(Part(b.title, _title(block), "gone") for block in gone)]


def _flat(page: Snapshot) -> Iterator[Block]:
    return (block for block in page.flat() if not (isinstance(block, TableBlock) and block.is_comparison))


def _title(block: Block) -> str:
    return block.chart.title if isinstance(block, ChartBlock) else block.title


def _side(asked: _Page, block: Tabular) -> Side:
    page = asked.page
    return Side(block.table, block.columns, block.keys, asked.language, page.period, page.completeness)


def _signals(a: _Page, b: _Page, shared: Iterable[tuple[Tabular, Tabular]]) -> Iterator[SignalChange]:
    for x, y in shared:
        roles = _roles(x, y)
        with text.speaking(a.language):
            old = _signalled(x, roles)
        with text.speaking(b.language):
            fresh = _signalled(y, roles)
        for at, signal in fresh.items():
            if at not in old:
                yield SignalChange(b.page.title, *signal, at[-1], "new")
        for at, signal in old.items():
            if at not in fresh:
                yield SignalChange(b.page.title, *signal, at[-1], "gone")


def _roles(before: Tabular, now: Tabular) -> dict[Role, list[str]]:
    """Return role -> the columns that have it, of those that both tables have."""
    found: dict[Role, list[str]] = defaultdict(list)
    for each in (*now.keys, *now.columns):
        if each.name in before.table and each.name in now.table:
            found[each.role].append(each.name)
    return found


def _signalled(block: Tabular, roles: dict[Role, list[str]]) -> dict[tuple, tuple[str, str]]:
    """Return (ids, signal) -> (label, words) of rows that a rule, or the limits of their size, single out."""
    found = {}
    for row in block.table.rows(named=True) if roles["signal"] else ():
        signal = row[roles["signal"][0]]
        if signal in {"good", "bad"}:
            at = (*(row[n] for n in roles["id"]), signal)
            words = next((str(row[n]) for n in roles["finding"] if row[n]), "")
            found[at] = comparison_rows.label_of(block.table, block.columns, row), words
    return found
