"""No locked package is one with a known fault, and one that would be is named."""

from tests import audit

HASHED = [{"hash": "sha256:00"}]
PYPI = {"registry": audit.INDEX}


def test_no_locked_package_has_a_fault_that_is_known_here() -> None:
    assert len(audit.packages()) > 50
    assert audit.unsafe(audit.packages()) == []


def test_an_old_a_foreign_and_an_unhashed_package_are_named() -> None:
    locked = [
        {"name": "jinja2", "version": "3.1.5", "source": PYPI, "wheels": HASHED},
        {"name": "own", "version": "1", "source": {"git": "https://example.org/x"}, "wheels": HASHED},
        {"name": "bare", "version": "1", "source": PYPI},
    ]
    assert [line.split(":")[0] for line in audit.unsafe(locked)] == ["jinja2 3.1.5", "own 1", "bare 1"]
