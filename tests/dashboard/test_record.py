"""The record of access: what is added stays, and whatever is taken away, altered or put in is found."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from dashboard import access, asking, chained, mail, record, witness
from dashboard.asking import Asker
from dashboard.record_kinds import KINDS
from queries import secret
from tests import effort

SITI = Asker("siti", access.Viewer("bkpsdm", sees_names=True))


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(record, "_watch_roles", lambda: None)  # has a test of its own
    monkeypatch.setenv("RAPOR_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("RAPOR_SIGNING_KEY", str(tmp_path / "keys" / "signing.pem"))


WATCH_ROLES = record._watch_roles


def _five() -> list[bytes]:
    for meeting in "abcde":
        record.add("snapshot_opened", {"meeting": meeting}, asker=SITI)
    return record.place().read_bytes().splitlines(keepends=True)


def test_a_line_says_who_did_what_when() -> None:
    record.add("named_ranking_viewed", {"page": "pegawai", "unit": "PKM01"}, asker=SITI)
    with asking.as_(SITI):
        record.add("exported")
    first, second = record.entries()
    assert (first.number, first.kind, first.actor, first.role) == (1, "named_ranking_viewed", "siti", "bkpsdm")
    assert first.about == (("page", "pegawai"), ("unit", "PKM01"))
    assert (second.number, second.actor, second.about) == (2, "siti", ())
    assert [e.number for e in record.entries(kind="exported", actor="siti")] == [2]
    assert [e.number for e in record.entries(since=second.at)] == [1, 2][first.at < second.at :]
    assert record.wrong() is None


@pytest.mark.parametrize(("kind", "about"), [("peeped", {}), ("exported", {"nip": "199001012015012003"})])
def test_a_kind_or_a_thing_that_was_not_declared_is_refused(kind: str, about: dict[str, str]) -> None:
    with pytest.raises(KeyError):
        record.add(kind, about, asker=SITI)
    assert not record.place().exists()


def test_each_kind_has_its_words() -> None:
    assert len({str(kind.title()) for kind in KINDS.values()}) == len(KINDS)


OTHER = {"number": 3, "kind": "exported", "actor": "budi", "before": "0" * 64, "key": "0" * 8, "seal": "0" * 64}


def _resealed(lines: list[bytes], place: int, **change: object) -> bytes:
    """Return a line with other content, its chain as it was, sealed by who has no key."""
    return chained._dump(json.loads(lines[place]) | change) + b"\n"


@pytest.mark.parametrize(
    ("spoilt", "fault", "number", "until"),
    [
        (lambda w: w, None, 0, 0),
        (lambda w: [w[0], w[1].replace(b"siti", b"budi"), *w[2:]], "altered", 2, 2),
        (lambda w: [w[0], _resealed(w, 1, at="2026-01-01T00:00:00+00:00"), *w[2:]], "altered", 2, 2),
        (lambda w: [w[0], w[1].replace(b'":"', b'": "', 1), *w[2:]], "altered", 2, 2),  # the same said, other bytes
        (lambda w: [w[0], b"\n", *w[2:]], "altered", 2, 2),
        (lambda w: [w[0], w[1], *w[3:]], "removed", 3, 3),
        (lambda w: w[3:], "removed", 1, 3),
        (lambda w: [*w[:2], w[1], *w[2:]], "inserted", 3, 3),
        (lambda w: [*w[:2], _resealed(w, 1, number=3), *w[2:]], "inserted", 3, 3),
        (lambda w: [*w, _resealed(w, 4, number=6)], "inserted", 6, 6),
        (lambda w: [*w[:2], chained._dump(OTHER) + b"\n", *w[2:]], "foreign", 3, 3),
        (lambda w: [w[0], w[2], w[1], *w[3:]], "removed", 2, 2),  # two in each other's place
        (lambda w: w[:3], "cut", 4, 5),
        (lambda _w: [], "cut", 1, 5),
    ],
)  # fmt: skip
def test_what_was_altered_removed_or_put_in_is_named(spoilt, fault, number: int, until: int) -> None:
    record.place().write_bytes(b"".join(spoilt(_five())))
    found = record.wrong()
    assert (found and (found.fault, found.number, found.until)) == (fault and (fault, number, until))


def test_a_record_that_is_gone_is_found_and_the_gap_stays_when_it_goes_on() -> None:
    _five()
    record.place().unlink()
    assert record.wrong() == chained.Wrong("cut", 1, 5)
    record.add("exported", asker=SITI)
    assert record.wrong() == chained.Wrong("removed", 1, 5)


def test_without_what_lies_beside_the_key_nothing_is_called_whole() -> None:
    _five()
    secret.place(chained.HEADS).unlink()
    assert record.wrong() == chained.Wrong("unknown", 1, 5)
    secret.place(chained.KEY).unlink()  # a new one is made, which sealed nothing of this
    assert record.wrong() == chained.Wrong("foreign", 1, 1)


def test_a_key_that_others_may_read_is_not_used() -> None:
    _five()
    key = secret.place(chained.KEY)
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o640)
    with pytest.raises(record.Unwritable):
        record.add("exported", asker=SITI)
    with pytest.raises(record.Unwritable):
        record.wrong()


def test_a_key_in_the_data_folder_is_not_used(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("RAPOR_SIGNING_KEY", str(tmp_path / "data" / "keys" / "signing.pem"))
    with pytest.raises(record.Unwritable):
        record.add("exported", asker=SITI)


def test_half_a_line_that_a_crash_left_is_taken_off_and_a_line_without_its_head_is_kept() -> None:
    lines = _five()
    heads = secret.place(chained.HEADS).read_bytes()
    record.add("frozen", {"meeting": "f"}, asker=SITI)
    whole = record.place().read_bytes()
    secret.place(chained.HEADS).write_bytes(heads)  # it fell between the line and its head
    record.place().write_bytes(whole + lines[4][:40])  # and the next one in the middle of a line
    assert record.wrong() is None
    record.add("exported", asker=SITI)
    assert record.wrong() is None
    assert [entry.number for entry in record.entries()] == [1, 2, 3, 4, 5, 6, 7]


WRITER = """
import sys
from dashboard import access, record
from dashboard.asking import Asker
for n in range(int(sys.argv[1])):
    record.add("exported", {"block": str(n)}, asker=Asker("siti", access.NOBODY))
    print(n, flush=True)
"""


def _writing(count: int) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", WRITER, str(count)], stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_processes_that_write_at_once_make_one_chain() -> None:
    writers = [_writing(40) for _ in range(2)]
    assert [writer.communicate()[0].count("\n") for writer in writers] == [40, 40]
    assert [entry.number for entry in record.entries()] == list(range(1, 1 + len(list(record.entries()))))
    assert len(list(record.entries(kind="exported"))) == 80
    assert record.wrong() is None


@pytest.mark.slow
def test_what_was_answered_is_there_after_a_kill() -> None:
    for turn in range(effort.of(1, 5)):
        writer = _writing(100_000)
        assert writer.stdout
        told = [writer.stdout.readline() for _ in range(20 + turn)]
        os.kill(writer.pid, signal.SIGKILL)
        told += writer.communicate()[0].splitlines()
        assert len([entry for entry in record.entries() if told]) >= len(told)
        assert record.wrong() is None
    record.add("exported", asker=SITI)
    assert record.wrong() is None


def test_a_view_of_names_is_a_line_a_day_and_refused_where_it_cannot_be_written(tmp_path: Path) -> None:
    with asking.as_(SITI):
        for page in ("pegawai", "pegawai", "asal"):
            record.once("named_ranking_viewed", {"page": page})
    assert [entry.about for entry in record.entries()] == [(("page", "pegawai"),), (("page", "asal"),)]
    (tmp_path / "data" / record.FILE).rename(tmp_path / "aside")
    (tmp_path / "data" / record.FILE).mkdir()  # nothing can be written there, whoever runs this
    with asking.as_(Asker("budi", SITI.viewer)), pytest.raises(record.Unwritable, match="Catatan akses"):
        record.once("named_ranking_viewed", {"page": "pegawai"})
    record.tried("frozen", asker=SITI)  # what shows no names goes on


def test_each_head_goes_to_syslog(monkeypatch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as log:
        log.bind(("127.0.0.1", 0))
        log.settimeout(5)
        monkeypatch.setenv(witness.SYSLOG, f"127.0.0.1:{log.getsockname()[1]}")
        _five()
        told = [log.recv(1000).decode() for _ in range(5)]
    assert [f"lines={n} " in each for n, each in enumerate(told, 1)] == [True] * 5
    head = chained.head(record.place())
    assert head
    assert told[-1].endswith(f"seal={head.seal}")
    assert "siti" not in "".join(told)


class _Kept:
    def __init__(self) -> None:
        self.mails: list[str] = []

    async def handle_DATA(self, _server, _session, envelope) -> str:
        self.mails.append(envelope.content.decode())
        return "250 OK"


def test_the_first_head_of_a_day_is_mailed(monkeypatch) -> None:
    box = _Kept()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        monkeypatch.setenv(mail.SMTP, f"127.0.0.1:{port}")
        monkeypatch.setenv(witness.SMTP_TO, "inspektorat@tebo.example")
        _five()
        until = time.monotonic() + 10
        while not box.mails and time.monotonic() < until:
            time.sleep(0.02)
    finally:
        server.stop()
    assert len(box.mails) == 1
    assert "lines=1\r\nseal=" in box.mails[0]
    assert "inspektorat@tebo.example" in box.mails[0]


def test_that_the_table_of_roles_changed_is_a_line(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(record, "_watch_roles", WATCH_ROLES)
    record.add("exported", asker=SITI)
    record.add("exported", asker=SITI)
    (tmp_path / "data" / "reference").mkdir()
    (tmp_path / "data" / "reference" / "roles.csv").write_text("role\n")
    record.add("exported", asker=SITI)
    kinds = [(entry.kind, entry.actor) for entry in record.entries()]
    assert kinds == [("roles_changed", ""), *[("exported", "siti")] * 2, ("roles_changed", ""), ("exported", "siti")]


def test_a_number_that_somebody_typed_is_not_written_down() -> None:
    record.add("revealed", {"reason": "NIP 199001012015012003 diminta"}, asker=SITI)
    assert b"19900101" not in record.place().read_bytes()
