"""`rapor serve` and `rapor demo`: the dashboard in a browser."""
# ruff: noqa: PLC0415  a command imports only what it needs

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from queries.builds import current, is_whole
from queries.language import _
from rapor import loading, querying, viewing
from rapor.terminal import DEFAULT_DATA, PROJECT, DataDir, command, fail, out, say

FIRST = "pengelola"
ENTRY = PROJECT / "dashboard" / "web" / "server.py"
Port = Annotated[
    int | None,
    typer.Option("--port", metavar="NOMOR", min=1, max=65535, help="Porta; tanpa ini: yang bebas mulai 8501."),
]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="Jangan membuka peramban.")]


def _choose_port(address: str, port: int | None) -> int:
    from rapor import listen

    free = listen.free_port(address, [port] if port else listen.PORTS)
    if free is None:
        taken = port or f"{listen.PORTS.start}–{listen.PORTS.stop - 1}"
        fail(_("Porta {port} sedang dipakai program lain.", port=taken), _("Coba porta lain, misalnya: --port 8600"))
    return free


class SignIn(StrEnum):
    """How people sign in: with accounts of Rapor's own, or of an identity provider."""

    local = "local"
    oidc = "oidc"


def _way_in(asked: SignIn | None, address: str, proxies: Sequence[str]) -> str:
    """Return how people sign in, nothing where nobody does; fail where others could reach what nobody has to sign in to."""
    from dashboard import notes
    from dashboard.signin import accounts, provider
    from rapor import listen

    has_provider = bool(os.environ.get(provider.ISSUER))
    try:
        chosen = asked or (SignIn.oidc if has_provider else SignIn.local if accounts.are_there() else None)
        if chosen is SignIn.oidc:
            provider.configured()
        if chosen is SignIn.local and not accounts.are_there():
            fail(_("Belum ada akun yang dapat masuk."), _("Buat dulu: rapor user add NAMA --role pengelola"))
    except notes.Unavailable as fault:
        fail(str(fault))
    except provider.Unset as unset:
        fail(_("Masuk lewat penyedia identitas belum diatur. {why}", why=unset), _("Caranya: docs/operating.md"))
    if chosen is None and (proxies or not listen.is_this_machine_alone(address)):
        fail(
            _(
                "Tanpa akun, dasbor hanya untuk komputer ini: alamat {address} dapat dicapai orang lain.",
                address=address,
            )
            if not proxies
            else _("Tanpa akun, dasbor hanya untuk komputer ini, jadi tidak di belakang proksi."),
            _("Buat akun: rapor user add NAMA --role pengelola. Atau atur OpenID Connect: docs/operating.md"),
        )
    return chosen or ""


def _serve(
    data_dir: Path,
    address: str,
    port: int,
    browser: bool,
    names: Sequence[str] = (),
    way_in: str = "",
    proxies: Sequence[str] = (),
    count: int = 1,
) -> None:
    """Serve the dashboard until Ctrl-C, from the project's folder: Streamlit looks for its configuration there."""
    import tempfile

    from queries import scratch
    from rapor import listen

    os.environ["RAPOR_DATA"] = str(data_dir.resolve())
    os.environ["RAPOR_SIGN_IN"] = way_in
    os.environ["FORWARDED_ALLOW_IPS"] = ",".join(proxies) or "none"  # whose X-Forwarded-* uvicorn believes
    public = urlsplit(os.environ.get("RAPOR_URL", "")).hostname or ""
    os.environ["RAPOR_HOSTS"] = ",".join([os.environ.get("RAPOR_HOSTS", ""), public, *names, address])
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(dir=scratch.own())  # of all processes that serve
    os.chdir(PROJECT)
    reached = listen.addresses(address)
    urls = [f"http://[{each}]:{port}" if ":" in each else f"http://{each}:{port}" for each in reached]
    say(_("Dasbor: {url}  (Ctrl-C untuk berhenti)", url="  ".join(urls)))
    if not way_in:
        say(_("Tanpa akun: hanya komputer ini yang mencapainya."), aside=True)
    elif not (proxies or listen.is_this_machine_alone(address)):
        words = _("Tanpa TLS kata sandi lewat di jaringan tanpa sandi. Pasang proksi dengan TLS: docs/operating.md")
        say(words, "yellow", aside=True)

    def open_browser() -> None:
        if browser and out().is_terminal:
            listen.open_when_ready(reached[0], port, urls[0])

    if count > 1:
        _serve_with(count, address, port, proxies, open_browser)
        return
    from streamlit.web import cli

    open_browser()
    flags = {
        "server.address": address,
        "server.port": port,
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "logger.hideWelcomeMessage": "true",
    }
    cli.main(["run", str(ENTRY), *(f"--{name}={value}" for name, value in flags.items())], prog_name="rapor serve")


def _serve_with(count: int, address: str, port: int, proxies: Sequence[str], when_ready: Callable[[], None]) -> None:
    """Serve with several processes; what is sent, and registers, the first answers alone: its work is in its memory."""
    import logging

    from dashboard import registry
    from dashboard.web import logs
    from rapor import workers

    logs.begin()
    place = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    alone = (registry.SEND, registry.FORMS, registry.LISTS, registry.SETUP)

    def told(words: str) -> None:
        if logs.is_json():
            logging.getLogger("rapor").warning("%s", words)
        else:
            say(words, "yellow", aside=True)

    try:
        workers.serve(count, place, proxies, alone, PROJECT, told, when_ready)
    except workers.Missing as missing:
        fail(str(missing), _("Tanpa itu: rapor serve tanpa --workers."))
    except workers.Failed as failed:
        fail(str(failed), _("Coba dulu tanpa --workers; di sana sebabnya terbaca."))


def _expect_known(build: Path) -> None:
    """Fail where a newer Rapor made the build, say where an older one did; of one that is damaged the pages say so."""
    import duckdb

    from queries import formats

    with suppress(duckdb.Error), duckdb.connect(build, read_only=True) as connection:
        querying.expect_known(build, connection)
        try:
            formats.expect_current(connection)
        except formats.OlderBuild as older:
            say(f"{older.what} {older.mend}", "yellow", aside=True)


def serve(
    port: Port = None,
    address: Annotated[
        str, typer.Option("--address", metavar="ALAMAT", help="Alamat; bawaannya hanya komputer ini.")
    ] = "127.0.0.1",
    host: Annotated[
        list[str] | None,
        typer.Option("--host", metavar="NAMA", help="Nama lain mesin ini yang dipakai peramban; boleh berulang."),
    ] = None,
    sign_in: Annotated[
        SignIn | None,
        typer.Option(
            "--sign-in",
            envvar="RAPOR_SIGN_IN",
            help="Cara masuk: local (akun Rapor) atau oidc (penyedia identitas); tanpa ini: oidc bila diatur, local bila ada akun.",
        ),
    ] = None,
    proxy: Annotated[
        list[str] | None,
        typer.Option("--proxy", metavar="ALAMAT", help="Alamat proksi TLS yang dipercaya; boleh berulang."),
    ] = None,
    count: Annotated[
        int,
        typer.Option(
            "--workers",
            envvar="RAPOR_PROCESSES",
            metavar="JUMLAH",
            min=1,
            max=64,
            help="Jumlah proses yang melayani, paling banyak satu per inti prosesor.",
        ),
    ] = 1,
    no_browser: NoBrowser = False,
    whose: viewing.As = None,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Menampilkan data yang terakhir diterbitkan sebagai dasbor di peramban.

    Tanpa akun hanya komputer ini yang mencapainya; dengan akun (rapor user) atau OpenID Connect boleh di jaringan.
    """
    from etl.building import shelf

    os.environ["RAPOR_DATA"] = str(data_dir.resolve())
    shelf.tidy(data_dir)
    way_in = _way_in(sign_in, address, proxy or ())
    if build := current(data_dir):
        _expect_known(build)
        if not is_whole(build):
            words = _("Data terbitan {build} rusak: isinya tidak lagi seperti saat diterbitkan.", build=build.stem)
            say(f"{words} {_('Jalankan: rapor load')}", "yellow", aside=True)
    else:
        words = _("Belum ada data yang diterbitkan di {folder}.", folder=data_dir)
        say(f"{words} {_('Buka halaman Penyiapan, atau jalankan: rapor load')}", "yellow", aside=True)
        if not (whose or way_in or os.environ.get("RAPOR_VIEWER")):
            whose = FIRST  # who sets a folder up on this machine alone; a leader has nothing to see in it yet
    if whose and way_in:
        fail(_("Dengan akun, peran mengikuti siapa yang masuk."), _("Tanpa --as, lalu masuk dengan akun peran itu."))
    if whose:
        viewing.take(data_dir, whose)
    _serve(data_dir, address, _choose_port(address, port), not no_browser, host or (), way_in, proxy or (), count)


def demo(
    port: Port = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Hanya menyiapkan data, tanpa dasbor.")] = False,
    no_browser: NoBrowser = False,
    whose: viewing.As = None,
    data_dir: DataDir = DEFAULT_DATA,
) -> None:
    """Menulis laporan kabupaten contoh, memuatnya, dan membuka dasbornya.

    Data contoh disimpan tersendiri di folder demo; data yang sebenarnya tidak tersentuh.
    """
    from rapor import sample

    chosen = None if no_serve else _choose_port("127.0.0.1", port)
    folder = data_dir / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    report = loading.run(folder, sample.prepare(folder))
    loading.show(report)
    if not current(folder):
        raise typer.Exit(1)
    if whose:
        viewing.take(folder, whose)
    if chosen:
        _serve(folder, "127.0.0.1", chosen, not no_browser)


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    command(app, "serve", "rapor serve", "rapor serve --port 8600 --data-dir /srv/rapor/data",
            "rapor serve --workers 2", "rapor serve --host rapor.contoh.go.id --proxy 127.0.0.1")(serve)  # fmt: skip
    command(app, "demo", "rapor demo", "rapor demo --as kepala-dinas", "rapor demo --no-serve")(demo)
