"""`rapor declare`: a district's own form, declared from an example: proposed, asked, tried, written with its sample."""
# ruff: noqa: PLC0415  a command imports only what it needs

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from queries import whole
from queries.language import _, n_, number
from rapor.loading import expect_reference
from rapor.terminal import DEFAULT_DATA, DataDir, command, fail, say

if TYPE_CHECKING:
    from etl.conforming.conform import Conformed
    from etl.declaring.draft import Draft, Question
    from etl.declaring.guess import Column, Guess
    from etl.lake import Sighting
    from etl.reading.files import Document
    from etl.recognising.source import Source
    from etl.reference import Registers

YES = ("ya", "y", "yes")


@dataclass(frozen=True)
class _Example:
    """The example as it was read, and what is known to read it with."""

    document: "Document"
    named: "Sighting"
    sources: "tuple[Source, ...]"
    registers: "Registers"


def declare(
    example: Annotated[
        Path, typer.Argument(metavar="CONTOH", help="Berkas contoh formulir daerah.", exists=True, dir_okay=False)
    ],
    kind: Annotated[
        str,
        typer.Option(
            "--kind", metavar="JENIS", help="visit, performance, response, atau indicator; tanpa ini: diduga."
        ),
    ] = "",
    answers: Annotated[
        list[str] | None,
        typer.Option("-a", "--answer", metavar="KUNCI=NILAI", help="Jawaban sebuah pertanyaan; boleh berulang."),
    ] = None,
    answers_file: Annotated[
        Path | None,
        typer.Option("--answers", metavar="BERKAS", help="Berkas TOML dengan jawaban.", exists=True, dir_okay=False),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Pakai semua usulan dan simpan tanpa bertanya.")] = False,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Mendeklarasikan formulir daerah sendiri dari sebuah contoh: mengusulkan arti tiap kolom, bertanya yang tidak pasti, mencobanya.

    Yang ditulis: sources/<nama>.toml di folder data, dan contohnya tanpa kolom pribadi, yang dicoba lagi oleh rapor check.

    Daftar orang (pegawai, pasien) tidak dapat dideklarasikan begini; untuk itu ada rapor template.
    """
    from etl.declaring import draft as drafts
    from etl.declaring import guess as guesses

    expect_reference(data_dir)
    given = _given(answers or [], answers_file)
    read = _read(data_dir, example)
    proposed = guesses.guess(read.document, read.sources, read.registers)
    if not kind and proposed:
        kind = given.get("kind") or (proposed.kind if yes else _kind(proposed.kind, read.sources))
    if kind and kind not in guesses.BASES:
        fail(_("Jenis {kind} tidak dikenal.", kind=kind), _("Yang ada: {names}", names=", ".join(guesses.BASES)))
    found = guesses.guess(read.document, read.sources, read.registers, kind)
    if found is None:
        fail(
            _("Tidak ada tabel yang judul kolomnya dapat dikenali."),
            _("Beri contoh dengan judul kolom di atas datanya."),
        )
    base = guesses.base_of(found.kind, read.sources)
    _expect_new(read, given, is_yes=yes)
    _say_guess(found, base)
    questions = drafts.questions(found, base, _title(found, example), _name(example))
    answered = _answered(questions, found, base, given, is_yes=yes)
    own = sorted(path.stem for path in (data_dir / "sources").glob("*.toml"))
    try:
        draft = drafts.drafted(found, base, answered, [*own, *(source.name for source in read.sources)])
    except drafts.Wrong as wrong:
        fail(
            _("Jawaban ini tidak dapat dipakai: {answer}", answer=wrong),
            _("Nama: huruf kecil, angka, _, belum dipakai; satu arti untuk satu kolom."),
        )
    _try_and_write(data_dir, read, draft, is_yes=yes)


def _kind(proposed: str, sources: "Sequence[Source]") -> str:
    """Return the kind of a form as it is typed, by its number or name."""
    from etl.declaring import guess as guesses

    say(_("Apa isi formulir ini? [kind]"), "bold")
    kinds = list(guesses.BASES)
    for place, kind in enumerate(kinds, 1):
        say(f"  {place}. {guesses.base_of(kind, sources).title}")
    try:
        typed = typer.prompt(">", default=proposed).strip()
    except typer.Abort:
        fail(
            _("Masih ada yang perlu dijawab: {keys}", keys="kind"),
            _("Jawab dengan -a KUNCI=NILAI, atau --yes untuk semua usulan."),
        )
    return kinds[int(typed) - 1] if typed.isdecimal() and 0 < int(typed) <= len(kinds) else typed


def _given(answers: Sequence[str], file: Path | None) -> dict[str, str]:
    """Return the answers that were given beforehand; those typed outweigh those of the file."""
    import tomllib

    told: dict[str, str] = {}
    if file:
        try:
            content = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
            fail(_("{path} bukan TOML: {why}", path=file, why=wrong))
        told |= {key: str(value) for key, value in content.items()}
    for answer in answers:
        key, equals, value = answer.partition("=")
        if not equals:
            fail(_("Jawaban ditulis KUNCI=NILAI: {answer}", answer=answer))
        told[key.strip()] = value.strip()
    return told


def _read(data_dir: Path, example: Path) -> _Example:
    """Return the example as it is read; first in a process of its own, where what harms ends that one alone."""
    import os

    from etl import reference
    from etl.intake import places, process
    from etl.lake import Reading, Sighting
    from etl.reading import guard
    from etl.reading.files import Unreadable, read
    from etl.recognising.source import load_all, own_folders
    from queries import scratch

    sources, registers = load_all(*own_folders(data_dir)), reference.registers(data_dir / "reference")
    try:
        sha, modified_at = places.hashed(example)
        named = Sighting(*guard.shown(example), modified_at)
        with places.opened(example) as file, scratch.folder() as spool:
            bare = Reading("", sha, named.name, named.folder, os.fstat(file.fileno()).st_size, "refused")
            process.read(bare, file, named, (sources, registers), Path(spool))
            file.seek(0)
            return _Example(read(file.read()), named, sources, registers)
    except (Unreadable, process.Stopped, process.Changed, places.NoFile):
        fail(
            _("{path} tidak dapat dibaca.", path=example),
            _("Lihat sebabnya: rapor load --preview {path}", path=example),
        )


def _expect_new(read: _Example, given: Mapping[str, str], *, is_yes: bool) -> None:
    """Fail where a form that is known reads the example already, unless it is to be declared all the same."""
    from etl.declaring import sample

    known = [one for one in sample.read(read.document, read.sources, read.registers, read.named) if one.rows.accepted]
    if not known:
        return
    titles = ", ".join(dict.fromkeys(one.source.title for one in known))
    rows, wrong = sum(one.rows.accepted for one in known), sum(one.rows.rejected for one in known)
    say(_("Berkas ini sudah dikenali sebagai {titles}: {rows} baris diterima, {wrong} ditolak.",
          titles=titles, rows=number(rows), wrong=number(wrong)), "yellow")  # fmt: skip
    if not _agreed("anyway", _("Tetap membuat deklarasi sendiri?"), given, is_yes=False, is_silent=is_yes):
        fail(_("Tidak ada yang ditulis."), _("Muat saja: rapor load. Atau ulangi dengan -a anyway=ya."))


def _say_guess(found: "Guess", base: "Source") -> None:
    place = f"{found.first}" if found.first == found.last else f"{found.first}–{found.last}"
    say(
        _(
            "Lembar {sheet}, judul kolom di baris {rows}; diduga: {title}.",
            sheet=found.sheet.name or "1",
            rows=place,
            title=base.title,
        ),
        "bold",
    )
    for column in found.columns:
        best, sure = column.best
        meant = base.title_of(best) if best else _("tidak dimuat")
        how = _(" ({sure} % yakin)", sure=sure) if best else ""
        say(f"  {column.index + 1:>2}. {column.heading} → {meant}{how}")
    if found.across:
        say(n_("  {n} kolom bulan ke samping.", len(found.across)))


def _answered(
    questions: "Sequence[Question]", found: "Guess", base: "Source", given: Mapping[str, str], *, is_yes: bool
) -> dict[str, str]:
    """Return an answer to each question: as given, as typed, or as proposed; fails where one that is needed has none."""
    told = dict(given)
    columns = {f"column.{column.index + 1}": column for column in found.columns}
    open_ones = [question for question in questions if question.key not in told]
    for place, question in enumerate(open_ones, 1):
        if question.key.removeprefix("all.") in told.values():
            continue  # a column says it
        if is_yes:
            told[question.key] = question.proposed
        else:
            try:
                told[question.key] = _asked(place, len(open_ones), question, columns.get(question.key), base)
            except typer.Abort:
                keys = ", ".join(each.key for each in open_ones[place - 1 :])
                fail(
                    _("Masih ada yang perlu dijawab: {keys}", keys=keys),
                    _("Jawab dengan -a KUNCI=NILAI, atau --yes untuk semua usulan."),
                )
        if question.is_needed and not told.get(question.key):
            fail(
                _("Perlu dijawab: {keys}", keys=f"{question.key} ({_words(question, columns.get(question.key), base)})")
            )
    return told


def _asked(place: int, of: int, question: "Question", column: "Column | None", base: "Source") -> str:
    from etl.declaring.draft import NOTHING

    say(f"{place}/{of} {_words(question, column, base)} [{question.key}]", "bold")
    for number_of, (_code, title) in enumerate(question.options, 1):
        say(f"  {number_of}. {title or _('tidak dimuat')}")
    typed = typer.prompt(">", default=question.proposed, show_default=bool(question.proposed)).strip()
    codes = [code for code, _title in question.options]
    if codes and typed.isdecimal() and 0 < int(typed) <= len(codes):
        return codes[int(typed) - 1]
    return typed or (NOTHING if codes else "")


def _words(question: "Question", column: "Column | None", base: "Source") -> str:
    """Return a question in words."""
    if column is not None:
        examples = ", ".join(column.examples)
        return _(
            "Kolom “{heading}” (misalnya {examples}) berarti apa?", heading=column.heading, examples=examples or "…"
        )
    told = {
        "title": _("Apa nama formulir ini?"),
        "name": _("Apa nama berkas deklarasinya? Huruf kecil, angka, dan _."),
        "across": _("Kolom-kolom bulan itu berisi apa?"),
    }
    if question.key in told:
        return told[question.key]
    return _(
        "Semua barisnya dari {what} apa? Kosongkan bila tidak satu.",
        what=base.title_of(question.key.removeprefix("all.")).lower(),
    )


def _title(found: "Guess", example: Path) -> str:
    """Return what stands in the first line above the table, else the name of the file."""
    lines = [text for row, *cells in found.sheet.cells.rows() if row < found.first for text in cells if len(text) > 5]
    return lines[0][:80] if lines else example.stem


def _name(example: Path) -> str:
    return re.sub(r"_+", "_", re.sub(r"[^a-z0-9]+", "_", example.stem.casefold())).strip("_")[:40] or "formulir"


def _try_and_write(data_dir: Path, read: _Example, draft: "Draft", *, is_yes: bool) -> None:
    """Show what the declaration would load and which files it would take over, and write it where that is agreed to."""
    from etl.declaring import draft as drafts
    from etl.declaring import sample
    from etl.recognising.source import parse

    said = drafts.declared(draft)
    source = parse(draft.name, said)
    loaded = sample.read(read.document, [source], read.registers, read.named)
    if not loaded:
        fail(
            _("Dengan deklarasi ini contohnya sendiri tidak dikenali."),
            _("Bila berkasnya tidak menyebut unit atau periode, sebut di atas tabelnya, lalu ulangi."),
        )
    _say_loaded(loaded)
    everyone = sample.read(read.document, [*read.sources, source], read.registers, read.named)
    if rivals := {one.source.title for one in everyone if one.source.name != source.name}:
        say(_("Dua bentuk mengenali berkas ini; yang dipakai: {titles}.", titles=", ".join(sorted(rivals))), "yellow")
    taken = sample.taken_over(data_dir, source, read.registers)
    for name, title in taken[:10]:
        say(_("Akan diambil alih: {name}, selama ini dibaca sebagai {title}.", name=name, title=title), "yellow")
    question = _("Simpan walau mengambil alih berkas itu?") if taken or rivals else _("Simpan?")
    if not _agreed("save", question, {}, is_yes=is_yes and not taken and not rivals, is_silent=is_yes):
        fail(_("Tidak ada yang ditulis."))
    written = sample.write(data_dir, source, *_sample(read, source))
    path = data_dir / "sources" / f"{draft.name}.toml"  # last: what reads files knows it from then on
    whole.write(path, f"# {draft.title}\n{drafts.toml(said)}")
    for each in (path, *written):
        say(_("dibuat: {path}", path=each))
    say(_("Berikutnya: rapor check, lalu rapor load."))


def _sample(read: _Example, source: "Source") -> tuple:
    """Return the cells that a sample keeps, and the rows that they give."""
    from etl.conforming import kept
    from etl.declaring import sample

    cells = sample.cut(read.document, source, read.registers, read.named)
    document, _others = kept.document(cells)
    named = sample.sighting(source.name)
    return cells, sample.rows_of(sample.read(document, [source], read.registers, named))


def _say_loaded(loaded: "Sequence[Conformed]") -> None:
    """Show the first rows that would be loaded, how many there are, and the total of each figure."""
    from etl.declaring import sample

    rows = sample.rows_of(loaded)
    from rapor.querying import print_table

    shown = [name for name in rows.columns if rows[name].null_count() < rows.height]
    print_table(rows.select(shown).head(5))
    accepted, wrong = (
        sum(one.rows.accepted + one.rows.partly for one in loaded),
        [r for one in loaded for r in one.rejects],
    )
    say(n_("{n} baris akan dimuat.", accepted))
    for measure in loaded[0].source.measures:
        figures = [one.records[measure.name] for one in loaded if measure.name in one.records.columns]
        if figures and figures[0].dtype.is_numeric():
            total = float(sum(each.sum() or 0 for each in figures))
            say(
                _("  Jumlah {title}: {total}", title=measure.title, total=number(total, 0 if total.is_integer() else 2))
            )
    if wrong:
        say(n_("{n} sel atau baris ditolak:", len(wrong)), "yellow")
        for reject in wrong[:5]:
            say(f"  {reject.row} {reject.col}: {reject.code}")


def _agreed(key: str, question: str, given: Mapping[str, str], *, is_yes: bool, is_silent: bool) -> bool:
    if key in given:
        return given[key].casefold() in YES
    if is_yes or is_silent:
        return is_yes
    try:
        return typer.prompt(_("{question} (ya/tidak)", question=question), default="tidak").strip().casefold() in YES
    except typer.Abort:
        return False


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    command(
        app, "declare", "rapor declare contoh.xlsx", "rapor declare contoh.xlsx --kind visit -a name=kunjungan_desa -a column.3=- --yes",
        "rapor declare contoh.xlsx --answers jawaban.toml --yes",
    )(declare)  # fmt: skip
