"""`rapor watch`: the inbox is looked at as files come; each is previewed within seconds, and loaded where that was asked."""
# ruff: noqa: PLC0415  a command imports only what it needs

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from queries import whole
from queries.language import _, n_
from rapor import loading
from rapor.terminal import DEFAULT_DATA, DataDir, command, fail, say

Sight = Mapping[Path, tuple[int, int]]  # of each file its size and when it was changed
STATE = Path("log") / "watched.json"  # which files a watch has loaded
AGAIN_SECONDS = 20  # after a file that could not be looked at it is tried again
SENT = "kiriman"  # below the inbox: what came by the page Kirim is looked at there


def sight(inbox: Path) -> Sight:
    """Return the files of the inbox as they are now; one that goes meanwhile is not there."""
    from etl.intake import places

    found = {}
    for path in places.discover([inbox])[0]:
        if SENT in path.relative_to(inbox).parts[:1]:
            continue
        try:
            state = path.stat()
        except FileNotFoundError:
            continue
        found[path] = (state.st_size, state.st_mtime_ns)
    return found


def arrived(before: Sight, now: Sight, known: Sight) -> list[Path]:
    """Return the files that have come whole since: not as they were known, and the same at two looks one after the other."""
    return [path for path, state in now.items() if before.get(path) == state != known.get(path)]


def watch(
    every: Annotated[
        float, typer.Option("--every", metavar="DETIK", min=0.2, max=3600, help="Jeda antara dua kali melihat.")
    ] = 1,
    loads: Annotated[bool, typer.Option("--load", help="Muat juga; yang ditahan tetap ditahan.")] = False,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Menunggui folder inbox: setiap berkas yang masuk dipratinjau, dan dimuat bila diminta; Ctrl-C untuk berhenti.

    Berkas yang sudah ada sebelum perintah ini pertama kali dijalankan tidak dilihat; muat dulu dengan rapor load. Dengan --load, yang
    masuk selagi perintah ini berhenti dimuat saat dijalankan lagi.
    """
    loading.expect_reference(data_dir)
    inbox = data_dir / "inbox"
    if not inbox.is_dir():
        fail(_("Folder {folder} tidak ada.", folder=inbox), _("Buat folder itu, lalu ulangi."))
    from etl.building import shelf

    shelf.tidy(data_dir)
    there = sight(inbox)
    known = _remembered(data_dir, there) if loads else dict(there)
    before: Sight = there
    waits_until = 0.0
    say(n_("Menunggui {folder}: {n} berkas sudah ada.", len(there), folder=inbox))
    try:
        while True:
            time.sleep(every)
            now = sight(inbox)
            for path in arrived(before, now, known) if time.monotonic() >= waits_until else ():
                if not _is_looked_at(data_dir, path, loads=loads):
                    waits_until = time.monotonic() + AGAIN_SECONDS
                    break
                known[path] = now[path]
                if loads:
                    _remember(data_dir, known)
            before = now
    except KeyboardInterrupt:
        say(_("Berhenti menunggui."), aside=True)


def _remembered(data_dir: Path, there: Sight) -> dict[Path, tuple[int, int]]:
    """Return the files that were loaded before, by a watch that ended; where none ever ran, those that are there."""
    try:
        stored = json.loads((data_dir / STATE).read_text(encoding="utf-8"))
        known = {data_dir / "inbox" / name: (int(size), int(at)) for name, (size, at) in stored["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        known = dict(there)
        _remember(data_dir, known)
    return known


def _remember(data_dir: Path, known: Sight) -> None:
    """Keep which files were loaded, so that a watch that is killed goes on where it was."""
    inbox = data_dir / "inbox"
    files = {path.relative_to(inbox).as_posix(): state for path, state in sorted(known.items())}
    with suppress(OSError):  # a full disk: a file is loaded once more then, which changes nothing
        (data_dir / STATE).parent.mkdir(parents=True, exist_ok=True)
        whole.write(data_dir / STATE, json.dumps({"format": 1, "files": files}, ensure_ascii=False))


def _is_looked_at(data_dir: Path, path: Path, *, loads: bool) -> bool:
    """Look at a file, and return whether that was possible: another load, or a full disk, ends no watch."""
    from etl.trouble import Damaged

    try:
        _look(data_dir, path, loads=loads)
    except FileNotFoundError:
        return True  # it went again
    except (Damaged, OSError) as fault:
        from etl.trouble import explain

        what, mend = explain(fault)
        say(f"{what} {mend}", "red", aside=True)
        return False
    except typer.Exit as ended:  # it was said why
        return ended.exit_code == 0
    return True


def _look(data_dir: Path, path: Path, *, loads: bool) -> None:
    from etl import preview as previewing
    from etl.rulings import Asked
    from rapor import summary

    if loads:
        loading.show(loading.run(data_dir, [path]))
        return
    for style, line in summary.preview_lines(previewing.preview(data_dir, [path], None, Asked())):
        say(line, style)


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    command(app, "watch", "rapor watch", "rapor watch --load --every 5")(watch)
