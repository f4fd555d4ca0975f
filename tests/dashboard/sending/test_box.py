"""What is sent is kept as it came, by a name that does no harm, for who sent it; what was taken back goes after some days."""

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.access import Asker, Viewer, of
from dashboard.sending import box
from queries import private

CLERK = Asker("siti", Viewer("operator", ("pkm-a",)))
HEAD = Asker("kepala", Viewer("kepala-dinas", ("dinkes", "pkm-a", "pkm-b"), True))


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPOR_DATA", str(tmp_path))


def _sent(asker: Asker = CLERK, *names: str) -> box.Sending:
    sending = box.new(asker)
    for name in names or ("a.csv",):
        (sending.folder / name).write_text("x", encoding="utf-8")
    return box.save(replace(sending, names=names or ("a.csv",)))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Laporan Oktober.xlsx", "Laporan Oktober.xlsx"),
        ("C:\\Users\\siti\\Laporan.XLSX", "Laporan.XLSX"),
        ("../../notes.csv", "notes.csv"),
        ("/etc/passwd.csv", "passwd.csv"),
        (".tersembunyi.csv", "tersembunyi.csv"),
        ("a\x00b\u202ec.csv", "a b c.csv"),
        ("=cmd|x.csv", "=cmd_x.csv"),
        ("a" * 300 + ".csv", "a" * 120 + ".csv"),
        (" .. /??.csv", "__.csv"),
        ("Sudah.csv", "Sudah (2).csv"),
    ],
)
def test_a_file_is_kept_by_a_name_that_leads_nowhere(given: str, kept: str) -> None:
    assert box.name_of(given, ["SUDAH.csv"]) == kept


@pytest.mark.parametrize("given", ["a.exe", "a.docx", "a", "", ".csv", "csv", "a.xlsx.sh"])
def test_what_is_no_report_is_refused_by_its_name(given: str) -> None:
    with pytest.raises(box.Refused, match="bukan berkas laporan"):
        box.name_of(given, [])


def test_who_sent_it_and_who_covers_all_of_his_units_see_a_sending_and_nobody_else() -> None:
    sending = _sent()
    for who in (CLERK, HEAD, Asker("b", of("bappeda"))):
        assert box.find(sending.id, who) == sending
        assert box.listed(who) == [sending]
    others = (
        Asker("budi", Viewer("operator", ("pkm-b",))),  # another unit's clerk
        Asker("bupati", of("bupati")),  # does not send
        Asker("siti", Viewer("operator", ("pkm-b",))),  # the same, moved to another unit
        Asker("", Viewer("", units=())),
    )
    for who in others:
        assert box.find(sending.id, who) is None
        assert box.listed(who) == []


@pytest.mark.parametrize("wrong", ["", "..", "../notes", "A", "bcd/", "bcd.json", "bcdfghjklmnp"])
def test_an_id_is_letters_of_ours_or_nothing(wrong: str) -> None:
    assert box.find(wrong, HEAD) is None


def test_one_who_sends_sends_for_his_own_units() -> None:
    def spoken(*units: str, strangers: int = 0) -> dict[str, object]:
        return {"unit_ids": list(units), "strangers": strangers}

    own, other = spoken("pkm-a"), spoken("pkm-b")
    assert not box.is_outside({"spoken": [own]}, ["pkm-a"])
    assert not box.is_outside({"spoken": [own, other]}, None)
    for outside in (
        [own, other],  # a zip: one of one's own vouches for no other
        [spoken("pkm-a", "pkm-b")],
        [own, spoken()],  # nobody's
        [spoken("pkm-a", strangers=1)],  # a name that nobody knows may be known tomorrow
        [],
    ):
        assert box.is_outside({"spoken": outside}, ["pkm-a"])


def test_of_a_preview_no_figure_of_another_unit_is_kept() -> None:
    far = {
        "spoken": [{"unit_ids": ["pkm-b"], "strangers": 0}],
        "files": [{"status": "held", "reason": "1106 menjadi 3"}, {"status": "refused", "reason": "kosong"}],
        "beside": [{"unit_id": "pkm-b", "published": 7}], "findings": [{"message": "7"}],
        "rejects": [{"row": 1, "code": "unit_unregistered", "value": "PKM B"}] * 3,
    }  # fmt: skip
    kept = box.shortened(far, ["pkm-a"], 2)
    assert (kept["beside"], kept["findings"], len(kept["rejects"]), kept["rejects_count"]) == ([], [], 2, 3)
    assert [file["reason"] for file in kept["files"]] == ["", "kosong"]
    near = {
        **far,
        "spoken": [{"unit_ids": ["pkm-a"], "strangers": 0}],
        "beside": [{"unit_id": "pkm-a"}, {"unit_id": "pkm-b"}],
    }
    assert box.shortened(near, ["pkm-a"], 2)["beside"] == [{"unit_id": "pkm-a"}]
    assert box.shortened(far, None, 9) == {
        **far,
        "rejects_count": 3,
        "names": [{"table": "units", "name": "PKM B", "rows": 3}],
    }


def test_who_sent_it_may_take_it_back_and_open_it_again_while_its_files_are_there() -> None:
    sending = _sent()
    assert [box.may_cancel(sending, who) for who in (CLERK, HEAD, Asker("b", of("bappeda")), Asker("p", of("pengelola")))] == [
        True, False, False, True,
    ]  # fmt: skip
    assert not box.may_be_opened_again(sending)
    gone = box.discard(sending)
    assert box.may_be_opened_again(gone)
    box.sweep(time.time() + 8 * 86_400)
    assert not box.may_be_opened_again(gone)


def test_files_go_to_the_inbox_under_the_same_folder_but_those_left_out(tmp_path: Path) -> None:
    sending = replace(_sent(CLERK, "a.csv", "b.csv"), left_out=("b.csv",))
    moved = box.to_inbox(sending)
    assert moved.state == "loading"
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.csv")) == [
        f"inbox/kiriman/{sending.id}/a.csv",
        f"sending/{sending.id}/b.csv",
    ]
    assert box.to_inbox(moved).folder == moved.folder  # a second time, after a fault, moves nothing and loses nothing
    assert (moved.folder / "a.csv").is_file()


def test_what_was_not_loaded_goes_after_some_days_and_what_was_said_of_it_stays(tmp_path: Path) -> None:
    old, young, loaded = _sent(), _sent(), box.save(box.to_inbox(_sent()))
    before = time.time() - 8 * 86_400
    for one in (old, loaded):
        os.utime(tmp_path / "sending" / f"{one.id}.json", (before, before))
    box.sweep()
    assert not (tmp_path / "sending" / old.id).exists()
    found = box.find(old.id, CLERK)
    assert found is not None
    assert found.state == "cancelled"
    assert (young.folder / "a.csv").is_file()
    assert (loaded.folder / "a.csv").is_file()


def test_what_is_kept_is_for_the_owner_of_the_data_folder_alone(tmp_path: Path) -> None:
    with private.for_owner():  # as the server has it for all that it does
        sending = _sent()
    assert (tmp_path / "sending" / f"{sending.id}.json").stat().st_mode & 0o077 == 0
    assert sending.folder.stat().st_mode & 0o077 == 0


def test_a_sending_of_another_format_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "sending").mkdir()
    (tmp_path / "sending" / "bcdf.json").write_text('{"format": 99}', encoding="utf-8")
    (tmp_path / "sending" / "bcdg.json").write_text("{", encoding="utf-8")
    assert box.find("bcdf", HEAD) is None
    assert box.listed(HEAD) == []
