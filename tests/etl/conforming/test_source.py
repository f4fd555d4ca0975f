"""The declarations of report kinds: all parse, mistakes in them are named, and none can be taken for another."""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from etl.kinds import KINDS
from etl.recognising import source
from etl.reference import messages

MINIMAL = {
    "kind": "visit",
    "title": "Kunjungan",
    "title_en": "Visits",
    "fields": {"unit": {"aliases": ["Puskesmas", "Nama Puskesmas"]}},
    "measures": {"patients": {"type": "count", "aliases": ["Baru > Jumlah"], "low": 0}},
}


def all_fields() -> Iterator[tuple[source.Source, source.Field]]:
    for declared in source.load_all():
        for field in (*declared.fields, *declared.measures):
            yield declared, field


def test_every_shipped_declaration_is_a_source() -> None:
    names = {path.stem for path in source.SOURCES.glob("*.toml")}
    sources = source.load_all()
    assert {s.name for s in sources} == names
    assert len(sources) >= 12
    assert {s.kind for s in sources} == set(KINDS)  # each kind of record has a report that gives it


def test_every_source_has_both_titles_and_asks_for_columns_that_it_declares() -> None:
    for declared in source.load_all():
        assert declared.title
        assert declared.title_en
        own = {f.name for f in (*declared.fields, *declared.measures)}
        for name in (part for wanted in declared.required for part in wanted.split("|")):
            assert name in own, f"{declared.name} requires {name}"
        assert set(declared.any_of) <= own, declared.name
        for total, parts in declared.parts.items():
            assert {total, *parts} <= own, declared.name
        assert set(declared.months) <= {1, 3, 6, 12}, declared.name


def test_every_column_can_be_found_by_a_heading() -> None:
    for declared, field in all_fields():
        assert field.aliases or field.phrases, f"{declared.name}: {field.name}"
        assert field.type in source.TYPES


def test_every_accepted_column_has_a_place_in_the_lake() -> None:
    given_later = {
        "year",
        "quarter",
        "date",
        "subdistrict",
        "data_element",
        "option",
        "value",
        "visit_type",
        "sex",
        "age",
        "deleted",
        "respondent",
        "period_from",
        "period_until",
        "month",
        "amount",
        "month_from",
        "month_until",
        "element",
        "name",
    }
    for declared, field in all_fields():
        assert field.name in KINDS[declared.kind] or field.name in given_later, f"{declared.name}: {field.name}"


def test_no_heading_means_two_fields_of_one_source() -> None:
    for declared in source.load_all():
        for one, other in combinations(declared.fields, 2):
            assert not one.aliases & other.aliases, f"{declared.name}: {one.name} and {other.name}"
        for one, other in combinations(declared.measures, 2):
            assert not one.aliases & other.aliases, f"{declared.name}: {one.name} and {other.name}"


def test_no_two_sources_ask_for_exactly_the_same_headings() -> None:
    """What a source can't do without, headings and words around them, tells it from every other."""

    def demanded(declared: source.Source) -> frozenset:
        wanted = {frozenset().union(*(declared.field(n).aliases for n in w.split("|"))) for w in declared.required}
        wanted.add(frozenset().union(*(declared.field(n).aliases for n in declared.any_of)))
        return frozenset({*wanted, declared.words})

    for one, other in combinations(source.load_all(), 2):
        assert demanded(one) != demanded(other), f"{one.name} and {other.name}"


def test_an_unknown_key_is_named_with_its_source() -> None:
    with pytest.raises(ValueError, match=r"source laporan: unknown keys \['requred'\]"):
        source.parse("laporan", {**MINIMAL, "requred": ["unit"]})
    with pytest.raises(ValueError, match=r"source laporan, field unit: unknown keys \['alias'\]"):
        source.parse("laporan", {**MINIMAL, "fields": {"unit": {"alias": ["Puskesmas"]}}})


def test_an_unknown_type_is_named_with_its_field() -> None:
    with pytest.raises(ValueError, match="source laporan, field patients: unknown type 'angka'"):
        source.parse("laporan", {**MINIMAL, "measures": {"patients": {"type": "angka", "aliases": ["Jumlah"]}}})


def test_a_declaration_says_what_it_means() -> None:
    parsed = source.parse("laporan", MINIMAL)
    unit, patients = parsed.field("unit"), parsed.field("patients")
    assert (unit.type, unit.title, patients.low, patients.high) == ("text", "Puskesmas", 0, None)
    assert unit.matches(("nama puskesmas",))
    assert unit.matches(("laporan", "nama puskesmas"))  # what stands last counts
    assert not unit.matches(("puskesmas", "alamat"))
    assert not unit.matches(("puskesmas muara tebo",))
    # A heading of two rows is meant in order, with others between.
    assert patients.matches(("baru", "jumlah"))
    assert patients.matches(("kunjungan", "baru", "laki laki", "jumlah"))
    assert not patients.matches(("jumlah", "baru"))
    assert not patients.matches(("jumlah",))


def test_a_question_is_known_by_its_phrase_as_whole_words() -> None:
    field = source.load_all()[[s.name for s in source.load_all()].index("survey_answers")].field("u4")
    assert field.matches(("bagaimana pendapat saudara tentang kewajaran biaya tarif dalam pelayanan",))
    assert not field.matches(("bagaimana pembiayaan",))


def test_a_district_may_add_and_replace_declarations(tmp_path: Path) -> None:
    (tmp_path / "laporan_desa.toml").write_text(
        'kind = "visit"\ntitle = "Desa"\ntitle_en = "Village"\n[fields.unit]\naliases = ["desa"]\n', encoding="utf-8"
    )
    (tmp_path / "visits.toml").write_text('kind = "visit"\ntitle = "Punya kami"\ntitle_en = "Ours"\n', encoding="utf-8")
    titles = {s.name: s.title for s in source.load_all(tmp_path)}
    assert titles["laporan_desa"] == "Desa"
    assert titles["visits"] == "Punya kami"
    assert set(titles) == {s.name for s in source.load_all()} | {"laporan_desa"}


def test_the_rules_change_when_a_declaration_does(tmp_path: Path) -> None:
    before = source.rules_version(tmp_path)
    (tmp_path / "desa.toml").write_text('kind = "visit"\ntitle = "Desa"\ntitle_en = "Village"\n', encoding="utf-8")
    assert source.rules_version(tmp_path) != before == source.rules_version()


def test_every_message_is_whole_in_both_languages() -> None:
    for code, texts in messages().items():
        assert {"id", "en", "mend", "mend_en"} <= set(texts), code
        assert all(isinstance(text, int) or text for text in texts.values()), code
