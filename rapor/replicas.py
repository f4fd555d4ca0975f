"""One data folder on several machines: one loads and pushes what pages need into a store that all reach; the others pull and show it.

The store is a folder that all have mounted, or S3. In it each file lies once under its SHA-256 (`objects/`), and `manifest.json`, written
last, says which file of the data folder is which. What is pulled is held against its hash before it gets its name, the pointer to the
current build last: a viewer sees the build before or the one after, whole.
"""

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from pyarrow import fs

from etl.lock import only_one
from queries import builds, replicas
from queries.language import _

FORMAT = 1
MANIFEST, OBJECTS = "manifest.json", "objects"
KNOWN = ".replica-hashes.json"  # in a data folder: the hashes of its files, each with the size and time that it had
POINTER = "warehouse/current"
SHOWN = ("reference", "sources", "brand", "snapshots", "warehouse/pins")  # whole, beside the builds
LAKE = ("lake/manifest.json", "lake/salt", "lake/people.json", "lake/pool")
WAIT_SECONDS = 600.0  # for a load to end


class Unusable(Exception):
    """The store can't be used, or holds what is not as it was pushed; the message says what and what to do."""


@dataclass(frozen=True)
class Store:
    """Where a data folder is pushed to; `folder` is the place below the file system's root."""

    system: fs.FileSystem
    folder: str

    def path(self, *parts: str) -> str:
        """Return the path of something in it."""
        return "/".join((self.folder, *parts))

    def read(self, *parts: str) -> bytes | None:
        """Return the content of something small; None where there is nothing."""
        if self.system.get_file_info(self.path(*parts)).type == fs.FileType.NotFound:
            return None
        with self.system.open_input_stream(self.path(*parts)) as stream:
            return stream.read()

    def write(self, source: IO[bytes], *parts: str) -> None:
        """Put something in, whole or not at all: S3 does so itself, in a folder it gets its name last."""
        final = self.path(*parts)
        is_local = isinstance(self.system, fs.LocalFileSystem)
        place = self.path(f".{secrets.token_hex(8)}") if is_local else final
        with self.system.open_output_stream(place) as stream:
            shutil.copyfileobj(source, stream, 1 << 20)
        if is_local:
            self.system.move(place, final)

    def objects(self) -> dict[str, int]:
        """Return the hashes and sizes of what lies there."""
        every = self.system.get_file_info(fs.FileSelector(self.path(OBJECTS), allow_not_found=True))
        return {info.base_name: info.size for info in every if info.type == fs.FileType.File}


@dataclass
class Done:
    """What a push or a pull did: how many files were carried, their bytes, and the current build after it."""

    files: int = 0
    size: int = 0
    build: str = ""
    objects: dict[str, Any] = field(default_factory=dict)


def store(address: str) -> Store:
    """Return the store at an address: a folder, or s3://bucket/place?region=…&endpoint_override=…; raises Unusable."""
    try:
        if "://" not in address:
            folder = Path(address).resolve()
            folder.mkdir(parents=True, exist_ok=True)
            return Store(fs.LocalFileSystem(), folder.as_posix())
        if not address.startswith("s3://") or "@" in address:
            raise Unusable(_("Tempat bersama adalah folder atau alamat s3://, tanpa kata sandi di dalamnya."))
        system, folder = fs.FileSystem.from_uri(address)
        if not folder.strip("/"):
            raise ValueError(address)
        return Store(system, folder)
    except (OSError, ValueError) as fault:
        raise Unusable(_("Tempat bersama {address} tidak dapat dibuka.", address=address.partition("?")[0])) from fault


# --- pushing ---


def push(data_dir: Path, to: Store, *, with_lake: bool = False) -> Done:
    """Bring the store to what the data folder holds now; raises LoadBusy, OSError, Unusable where the folder is a copy itself."""
    if replicas.is_one(data_dir):
        raise Unusable(_("Folder data ini salinan; yang mengirim adalah komputer yang memuat."))
    before = _manifest(to)
    with only_one(data_dir, WAIT_SECONDS):  # a build that is listed is not taken away before it has gone out
        hashes = _Hashes(data_dir)
        files = {name: hashes.of(name) for name in _names(data_dir, with_lake=with_lake)}
        hashes.keep()
        there, done = to.objects(), Done(build=_pointed(data_dir))
        to.system.create_dir(to.path(OBJECTS), recursive=True)
        for name, (digest, size) in files.items():
            if there.get(digest) != size:
                with (data_dir / name).open("rb") as source:
                    to.write(source, OBJECTS, digest)
                there[digest] = size
                done.files, done.size = done.files + 1, done.size + size
    told = {"format": FORMAT, "at": datetime.now(UTC).isoformat(timespec="seconds"), "files": files}
    with _memory(json.dumps(told, indent=1, sort_keys=True).encode()) as source:
        to.write(source, MANIFEST)
    spoken = {digest for each in (files, before) for digest, _size in each.values()}
    for digest in there.keys() - spoken:  # who pulls meanwhile still finds what the manifest before named
        to.system.delete_file(to.path(OBJECTS, digest))
    return done


def _names(data_dir: Path, *, with_lake: bool) -> Iterator[str]:
    pointed = _pointed(data_dir)
    for folder in (*SHOWN, *(LAKE if with_lake else ())):
        for path in sorted([data_dir / folder, *(data_dir / folder).rglob("*")]):
            name = path.relative_to(data_dir)
            if path.is_file() and not any(part.startswith(".") for part in name.parts):
                yield name.as_posix()
    for path in sorted((data_dir / "warehouse").glob("[0-9]*.duckdb")):
        yield from (each.relative_to(data_dir).as_posix() for each in (path, builds.seal_of(path)) if each.is_file())
    if pointed:
        yield POINTER


def _pointed(data_dir: Path) -> str:
    path = builds.current(data_dir)
    return path.stem if path else ""


def _memory(content: bytes) -> IO[bytes]:
    from io import BytesIO  # noqa: PLC0415

    return BytesIO(content)


# --- pulling ---


def pull(data_dir: Path, of: Store, address: str, *, with_lake: bool = False) -> Done:
    """Bring a copy to what the store holds now; raises OSError, and Unusable, then nothing that is shown was changed."""
    if not replicas.is_one(data_dir) and any(
        (data_dir / name).exists() for name in ("lake/manifest.json", "reference")
    ):
        raise Unusable(_("{folder} bukan salinan: isinya dimuat di sini. Pilih folder kosong.", folder=data_dir))
    files = _manifest(of)
    if not files:
        raise Unusable(_("Tempat bersama masih kosong. Jalankan dulu di komputer yang memuat: rapor replica push"))
    (data_dir / "warehouse").mkdir(parents=True, exist_ok=True)
    _write(data_dir / replicas.MARK, json.dumps({"format": FORMAT, "store": address.partition("?")[0]}).encode())
    hashes, done = _Hashes(data_dir), Done()
    mine = {name: each for name, each in files.items() if with_lake or not name.startswith("lake/")}
    for name in sorted(mine, key=lambda name: name == POINTER):
        digest, size = mine[name]
        if (data_dir / name).is_file() and hashes.of(name)[0] == digest:
            continue
        _fetch(of, digest, data_dir / name)
        hashes.of(name)
        hashes.keep()
        done.files, done.size = done.files + 1, done.size + size
    for name in hashes.known.keys() - mine.keys():
        if name in hashes.pulled and (with_lake or not name.startswith("lake/")):
            (data_dir / name).unlink(missing_ok=True)
            del hashes.known[name]
    hashes.pulled = set(mine) | {name for name in hashes.pulled if name.startswith("lake/") and not with_lake}
    hashes.keep()
    done.build = _pointed(data_dir)
    return done


def _fetch(of: Store, digest: str, final: Path) -> None:
    """Have a file from the store under its name, its bytes as they were pushed; raises Unusable."""
    final.parent.mkdir(parents=True, exist_ok=True)
    unfinished, found = final.with_name(f".fetch-{secrets.token_hex(6)}"), hashlib.sha256()
    try:
        with of.system.open_input_stream(of.path(OBJECTS, digest)) as stream, unfinished.open("wb") as file:
            while block := stream.read(1 << 20):
                found.update(block)
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        if found.hexdigest() != digest:
            words = _("{name} di tempat bersama tidak lagi seperti saat dikirim.", name=final.name)
            raise Unusable(f"{words} {_('Kirim lagi: rapor replica push')}")
        unfinished.replace(final)
    finally:
        unfinished.unlink(missing_ok=True)


def _manifest(of: Store) -> dict[str, tuple[str, int]]:
    """Return name -> (hash, size) of what was pushed last; raises Unusable where that can't be understood."""
    written = of.read(MANIFEST)
    if written is None:
        return {}
    try:
        told = json.loads(written)
        if told["format"] > FORMAT:
            raise Unusable(_("Tempat bersama ditulis Rapor yang lebih baru; perbarui Rapor dulu."))
        files = {str(name): (str(digest), int(size)) for name, (digest, size) in told["files"].items()}
        if not all(
            _is_ours(name) and len(digest) == 64 and digest.isalnum() for name, (digest, _size) in files.items()
        ):
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unusable(_("Daftar di tempat bersama rusak. Kirim lagi: rapor replica push")) from None
    return files


def _is_ours(name: str) -> bool:
    """Whether a name is that of a file that is pushed: no name leads out of the data folder, or to what is a machine's own."""
    parts = PurePosixPath(name).parts
    tops = {each.partition("/")[0] for each in (*SHOWN, *LAKE)}
    return (
        len(parts) > 1
        and parts[0] in tops
        and not any(part.startswith(".") for part in parts)
        and "/".join(parts) == name
    )


def _write(path: Path, content: bytes) -> None:
    unfinished = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    unfinished.write_bytes(content)
    unfinished.replace(path)


class _Hashes:
    """The hashes of a data folder's files: worked out once for each state of a file."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        try:
            kept: Mapping[str, Any] = json.loads((data_dir / KNOWN).read_text(encoding="utf-8"))
            self.known = {name: tuple(each) for name, each in kept["known"].items()}
            self.pulled = set(kept["pulled"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self.known, self.pulled = {}, set()

    def of(self, name: str) -> tuple[str, int]:
        """Return the hash and the size of a file."""
        path = self.data_dir / name
        found = path.stat()
        state = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
        if self.known.get(name, ())[1:] != state:
            with path.open("rb") as file:
                self.known[name] = (hashlib.file_digest(file, "sha256").hexdigest(), *state)
        return self.known[name][0], found.st_size

    def keep(self) -> None:
        """Write down what is known."""
        kept = {"known": self.known, "pulled": sorted(self.pulled)}
        _write(self.data_dir / KNOWN, json.dumps(kept).encode())
