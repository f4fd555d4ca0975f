"""What reaches the dashboard, and what every answer tells the browser."""

import re
import socket

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboard.web import gate, measured, server


async def _page(_request: object) -> PlainTextResponse:
    return PlainTextResponse("isi")


async def _socket(opened: WebSocket) -> None:
    await opened.accept()
    await opened.send_text("isi")
    await opened.close()


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv(gate.HOSTS, "rapor.tebo.example, ,")
    routes = [Route("/{path:path}", _page), WebSocketRoute("/_stcore/stream", _socket)]
    return TestClient(
        Starlette(routes=routes, middleware=[Middleware(gate.Gate), Middleware(gate.HostConfig)]),
        base_url="http://127.0.0.1:8501",
    )


@pytest.mark.parametrize(
    ("host", "is_served"),
    [
        ("127.0.0.1:8501", True), ("localhost", True), ("LOCALHOST:8501", True), ("[::1]:8501", True), ("192.168.1.5:8501", True),
        (f"{socket.gethostname()}:8501", True), ("rapor.tebo.example", True), ("rapor.tebo.example:443", True),
        ("evil.example", False), ("127.0.0.1.evil.example", False), ("evil.example:8501", False), ("rapor.tebo.example.", False),
        ("localhost.evil.example", False), ("", False), ("[::1", True), ("2130706433", False), ("<b>", False),
    ],
)  # fmt: skip
def test_a_name_that_is_not_ours_leads_nowhere(client: TestClient, host: str, is_served: bool) -> None:
    answer = client.get("/kunjungan", headers={"host": host})
    assert answer.status_code == (200 if is_served else 421)
    assert (answer.text == "isi") is is_served
    assert "<" not in answer.text


@pytest.mark.parametrize(
    ("origin", "is_served"),
    [
        (None, True), ("http://127.0.0.1:8501", True), ("https://127.0.0.1:8501", True), ("http://127.0.0.1", False),
        ("http://127.0.0.1:8502", False), ("http://evil.example", False), ("null", False), ("", False), ("http://[", False),
    ],
)  # fmt: skip
def test_another_site_s_page_reaches_nothing(client: TestClient, origin: str | None, is_served: bool) -> None:
    headers = {"host": "127.0.0.1:8501"} | ({"origin": origin} if origin is not None else {})
    for method in ("GET", "POST"):
        answer = client.request(method, "/kunjungan", headers=headers)
        assert (answer.status_code == 403) is not is_served
    if is_served:
        with client.websocket_connect("/_stcore/stream", headers=headers) as opened:
            assert opened.receive_text() == "isi"
    else:
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream", headers=headers):
            pass


def test_a_port_that_browsers_leave_out_is_the_same_place(client: TestClient) -> None:
    headers = {"host": "rapor.tebo.example:443", "origin": "https://rapor.tebo.example"}
    assert client.get("/", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent/mcp", "/_stcore/metrics/", "/_stcore/upload_file/a/b"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_what_nobody_here_asks_is_closed(client: TestClient, path: str, method: str) -> None:
    assert client.request(method, path).status_code == 404


def test_nobody_may_embed_it_and_no_host_is_named(client: TestClient) -> None:
    assert client.get("/_stcore/host-config").json()["allowedOrigins"] == []


def test_every_answer_says_what_a_browser_may_do(client: TestClient) -> None:
    for answer in (client.get("/"), client.get("/", headers={"host": "evil.example"}), client.get("/_stcore/metrics")):
        policy = dict(re.findall(r"([a-z-]+) ([^;]+)", answer.headers["content-security-policy"]))
        assert policy["frame-ancestors"] == "'none'"
        assert policy["default-src"] == "'self'"
        assert "unsafe" not in policy["script-src"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_streamlit_s_own_page_has_the_one_script_that_is_allowed_by_its_hash() -> None:
    html = gate.INDEX.read_text(encoding="utf-8")
    assert len(re.findall(r"<script>", html)) == 1
    # What printf '\n      window.prerenderReady = false\n    ' | openssl dgst -sha256 -binary | base64 prints.
    assert "'sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA='" in gate.security_headers()["content-security-policy"]


EVERY_WAY = (
    "/", "/pegawai", "/zzz", "/masuk", "/unduh/x", "/bagian/kunjungan/x.csv", "/media/x.csv", "/app/static/page.js", "/component/x",
    "/_stcore/health", "/_stcore/host-config", "/_stcore/metrics", "/_stcore/upload_file/a/b", "/_stcore/stream",
)  # fmt: skip


@pytest.mark.parametrize("path", EVERY_WAY)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_no_way_into_the_dashboard_as_it_is_served_goes_past_the_gate(path: str, method: str) -> None:
    """The middlewares of the server in their order: what lies behind them need not run to see who is refused before it."""
    reached = []

    async def behind(_request: object) -> PlainTextResponse:
        reached.append(path)
        return PlainTextResponse("isi")

    routes = [Route("/{path:path}", behind, methods=["GET", "PUT", "DELETE", "OPTIONS"])]
    client = TestClient(Starlette(routes=routes, middleware=server.MIDDLEWARE), base_url="http://127.0.0.1:8501")
    for headers, code in (({"host": "evil.example"}, 421), ({"origin": "http://evil.example"}, 403)):
        answer = client.request(method, path, headers=headers)
        assert answer.status_code == code
        assert answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not reached


def test_the_gate_is_the_first_of_all_but_what_measures_answers() -> None:
    assert [one.cls for one in server.MIDDLEWARE[:2]] == [measured.Measured, gate.Gate]
