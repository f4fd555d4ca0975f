"""The check of the SQL's look: what it mends, what it leaves alone, and what it says of the rest."""

from pathlib import Path

from tests import sql

HEADER = f"-- title: a\n-- meaning: {'long ' * 40}words\n-- grain: one row\n"


def test_only_white_space_and_case_are_mended_and_headers_stay_whole(tmp_path: Path) -> None:
    (tmp_path / "visits").mkdir()
    (tmp_path / "visits" / "trend.sql").write_text(
        HEADER + "SELECT a,  'two  blanks' as b -- why\nfrom t\nwhere a=1\n  and b in (1,2)", encoding="utf-8"
    )
    found = sql.look(tmp_path)
    assert found.formatted["visits/trend.sql"] == (
        HEADER + "select a, 'two  blanks' as b -- why\nfrom t\nwhere a = 1\n    and b in (1, 2)\n"
    )
    assert found.faults == []


def test_the_body_of_a_macro_keeps_its_indentation(tmp_path: Path) -> None:
    (tmp_path / "macros").mkdir()
    macro = "create or replace macro doubled(x) as\n    case when x > 0 then 2*x end;\n"
    (tmp_path / "macros" / "a.sql").write_text(macro, encoding="utf-8")
    assert sql.look(tmp_path).formatted["macros/a.sql"] == macro.replace("2*x", "2 * x")


def test_what_no_formatter_mends_is_said_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "unread.sql").write_text("selec 1\n", encoding="utf-8")
    (tmp_path / "null.sql").write_text("select a from t where a = null\n", encoding="utf-8")
    (tmp_path / "comment.sql").write_text(f"-- {'long ' * 40}end\nselect 1 as a\n", encoding="utf-8")
    faults = "\n".join(sql.look(tmp_path).faults)
    assert "unread.sql: sqruff does not read all of it" in faults
    assert "null.sql: CV05 line 1" in faults
    assert "comment.sql: line 1: 206 characters, 140 at most" in faults  # 3 + 40 * 5 + 3
