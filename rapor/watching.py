"""`rapor watch`: the inbox is looked at as files come; each is previewed within seconds, and loaded where that was asked."""
# ruff: noqa: PLC0415  a command imports only what it needs

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from queries.language import _, n_
from rapor import loading
from rapor.terminal import DEFAULT_DATA, DataDir, command, fail, say

Sight = Mapping[Path, tuple[int, int]]  # of each file its size and when it was changed
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

    Berkas yang sudah ada sebelum perintah ini dijalankan tidak dilihat; muat dulu dengan rapor load.
    """
    loading.expect_reference(data_dir)
    inbox = data_dir / "inbox"
    if not inbox.is_dir():
        fail(_("Folder {folder} tidak ada.", folder=inbox), _("Buat folder itu, lalu ulangi."))
    from etl.building import shelf

    shelf.tidy(data_dir)
    known = dict(sight(inbox))
    before: Sight = known
    say(n_("Menunggui {folder}: {n} berkas sudah ada.", len(known), folder=inbox))
    try:
        while True:
            time.sleep(every)
            now = sight(inbox)
            for path in arrived(before, now, known):
                known[path] = now[path]
                _look(data_dir, path, loads=loads)
            before = now
    except KeyboardInterrupt:
        say(_("Berhenti menunggui."), aside=True)


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
