"""Where the dashboard listens, and what it says of it."""

import ipaddress

import pytest

from rapor import listen


def test_one_address_is_itself_and_all_are_those_of_this_machine() -> None:
    assert listen.addresses("10.1.2.3") == ["10.1.2.3"]
    everywhere = listen.addresses("0.0.0.0")
    assert everywhere[0] == "127.0.0.1"
    assert all(ipaddress.IPv4Address(each) for each in everywhere)
    assert len(everywhere) == len(set(everywhere))
    assert listen.addresses("::")[0] == "::1"


@pytest.mark.parametrize(
    ("address", "alone"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False),
     ("10.1.2.3", False), ("rapor.example", False)],
)  # fmt: skip
def test_whether_others_reach_it(address: str, alone: bool) -> None:
    assert listen.is_this_machine_alone(address) is alone
