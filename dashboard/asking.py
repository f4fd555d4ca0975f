"""Who asks: established anew for each request and each click, from what the server knows of the session, never from what a page says."""

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace

from dashboard import access, roles
from dashboard.access import Asker, Viewer

LOCAL = (
    "RAPOR_VIEWER"  # whose place who sits at this machine takes: `bupati`, `kepala-dinas:dinkes`, `pegawai:<employee>`
)
USUAL = "pimpinan"
SIGN_IN = "RAPOR_SIGN_IN"  # people sign in: with accounts of Rapor's own (`local`) or of a provider (`oidc`); `rapor serve` sets it


NOBODY = Asker("", access.NOBODY)
_asker: ContextVar[Asker | None] = ContextVar("asker", default=None)
# What says who asks within a run of Streamlit, where no request is at hand; set where people sign in.
established: Callable[[], Asker] | None = None


@contextmanager
def as_(asker: Asker) -> Generator[None]:
    """Answer within a `with` block for one who is known."""
    token = _asker.set(asker)
    try:
        yield
    finally:
        _asker.reset(token)


def asker() -> Asker:
    """Return who asks; NOBODY, who sees nothing, where that is not known."""
    known = _asker.get()
    if known is not None:
        return known
    if signs_in():
        return established() if established else NOBODY
    return local()


def signs_in() -> bool:
    """Whether people sign in; else who asks is who sits at this machine."""
    return bool(os.environ.get(SIGN_IN))


def current() -> Viewer:
    """Return the viewer of who asks: by the rights of today, with the units as the build has them that is read now."""
    viewer = asker().viewer
    return replace(viewer, units=_units_of(viewer.of)) if viewer.of else viewer


def local() -> Asker:
    """Return who sits at this machine: whom RAPOR_VIEWER names, a leader who sees no names where it is not set."""
    role, _, of = (os.environ.get(LOCAL, "").strip() or USUAL).partition(":")
    viewer = viewer_of(role.lower(), of)
    return Asker(role.lower(), viewer) if viewer else NOBODY


def viewer_of(code: str, of: str = "") -> Viewer | None:
    """Return the viewer of a role, for a unit, an agency or an employee where it covers no more; None where that is not known."""
    role = roles.known(code)
    if role is None:
        return None
    if role.scope == "district":
        return Viewer(code, sees_names=role.sees_names)
    if role.scope == "self":
        return Viewer(code, units=(), sees_names=role.sees_names, employee=of) if of else None
    units = _units_of(of) if of else ()
    return Viewer(code, units=units, sees_names=role.sees_names, of=of) if units else None


def _units_of(unit: str) -> tuple[str, ...]:
    from dashboard import db  # noqa: PLC0415  its caches ask for a running Streamlit; signing in is there before

    return db.units_of(unit)
