"""How many pages are live at once: who gives way, who is asked to wait, and what a browser sees of it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from dashboard.web import seats


@pytest.fixture(autouse=True)
def _empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(seats.SETTING, "2")
    monkeypatch.setattr(seats, "_taken", set())


def _quiet(seat: seats.Seat | None, seconds: float) -> None:
    assert seat
    seat.used_at -= seconds


def test_who_did_nothing_longest_gives_way_to_a_page_that_is_newly_opened() -> None:
    first, second = seats.take(is_new=True), seats.take(is_new=False)
    _quiet(second, 500)
    assert seats.take(is_new=True) is None  # nobody was silent for long
    _quiet(first, 601)
    _quiet(second, 400)  # silent longer than the first
    assert seats.take(is_new=False) is None  # a page that lost its seat takes none from anybody by itself
    third = seats.take(is_new=True)
    assert third
    assert (second and second.gone.is_set(), first and first.gone.is_set()) == (True, False)
    assert seats.live() == 2
    seats.leave(third)
    assert seats.take(is_new=False)  # one is free


@pytest.mark.parametrize(("text", "most"), [("7", 7), ("", seats.USUAL), ("banyak", seats.USUAL), ("0", 1)])
def test_so_many_as_the_setting_says(monkeypatch: pytest.MonkeyPatch, text: str, most: int) -> None:
    monkeypatch.setenv(seats.SETTING, text)
    assert seats.most() == most


def test_a_socket_closes_with_its_seat_and_one_without_is_never_opened() -> None:
    async def run() -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[str]]:
        heard: list[str] = []

        async def app(_scope: object, receive: Any, _send: object) -> None:
            while (message := await receive())["type"] != "websocket.disconnect":
                heard.append(message["type"])

        served, inbox = seats.Seats(app), asyncio.Queue[dict[str, Any]]()
        sent: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])

        def send(to: list[dict[str, Any]]) -> Any:
            async def told(message: dict[str, Any]) -> None:
                to.append(message)

            return told

        def scope(words: bytes) -> dict[str, Any]:
            return {"type": "websocket", "headers": [(b"sec-websocket-protocol", words)]}

        await inbox.put({"type": "websocket.connect"})
        opened = asyncio.create_task(served(scope(b"streamlit, x"), inbox.get, send(sent[0])))
        await asyncio.sleep(0)
        while not heard:
            await asyncio.sleep(0.001)
        assert seats.take(is_new=True)  # the other seat
        refused = asyncio.Queue[dict[str, Any]]()
        await refused.put({"type": "websocket.connect"})
        await served(scope(b"streamlit, x, run"), refused.get, send(sent[1]))
        for seat in list(seats._taken):
            seats.leave(seat)
        await asyncio.wait_for(opened, 5)
        return sent[0], sent[1], heard

    with ThreadPoolExecutor(1) as own:  # where a browser was driven before, this thread has a loop
        opened, refused, heard = own.submit(lambda: asyncio.run(run())).result()
    closed = [{"type": "websocket.close", "code": seats.RESTS}]
    assert (opened, refused, heard) == (closed, closed, ["websocket.connect"])
    assert seats.live() == 0
