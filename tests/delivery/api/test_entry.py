"""Who may ask: names on loopback, the token elsewhere; and no start in public without one."""

import base64
from pathlib import Path

import pytest
from fastapi.datastructures import Headers

from config_blocks import Serve
from config_secrets import SecretError
from delivery.api.entry import Entry, host_name, is_loopback
from delivery.api.server import CannotServe, open_front
from storage.database import Database
from tests.delivery.api.conftest import NO_TOKEN, Client, running


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"anybody:{password}".encode()).decode()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 401, id="nothing"),
        pytest.param({"authorization": "Bearer s3cret"}, None, id="the token"),
        pytest.param({"authorization": "bearer  s3cret "}, None, id="the token, written freely"),
        pytest.param({"authorization": "Bearer s3cre"}, 401, id="nearly the token"),
        pytest.param({"authorization": "Bearer"}, 401, id="no token"),
        pytest.param({"authorization": "s3cret"}, 401, id="the token without its kind"),
        pytest.param({"authorization": basic("s3cret")}, None, id="the token as password, as browsers send it"),
        pytest.param({"authorization": basic("other")}, 401, id="another password"),
        pytest.param({"authorization": "Basic ???"}, 401, id="no base64"),
        pytest.param({"authorization": "Basic " + base64.b64encode(b"s3cret").decode()}, 401, id="no user in front"),
        pytest.param({"authorization": "Bearer \xff"}, 401, id="no ASCII"),
    ],
)
def test_with_a_token(headers: dict[str, str], status: int | None) -> None:
    refusal = Entry("s3cret").refusal("/v1/articles", Headers({"host": "anything.example", **headers}))
    assert (refusal[0] if refusal else None) == status


@pytest.mark.parametrize(
    ("host", "is_answered"),
    [
        ("127.0.0.1:8040", True),
        ("localhost", True),
        ("LOCALHOST:1", True),
        ("[::1]:8040", True),
        ("news.example.org:443", True),
        ("rebound.example", False),
        ("127.0.0.1.rebound.example", False),
        ("localhost:8040@rebound.example", False),
        ("", False),
    ],
)
def test_without_a_token_only_names_of_this_machine_are_answered(host: str, is_answered: bool) -> None:
    refusal = Entry(None, ("news.example.org",)).refusal("/", Headers({"host": host}))
    assert (refusal is None) == is_answered


def test_probes_need_nothing() -> None:
    assert Entry("s3cret").refusal("/healthz", Headers({})) is None
    assert Entry(None).refusal("/readyz", Headers({"host": "10.1.2.3"})) is None


@pytest.mark.parametrize(("host", "expected"), [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True),
                                                ("localhost", True), ("0.0.0.0", False), ("::", False),
                                                ("192.0.2.1", False), ("news.example", False)])  # fmt: skip
def test_what_only_this_machine_can_reach(host: str, expected: bool) -> None:
    assert is_loopback(host) == expected


def test_a_host_header_is_read_without_its_port() -> None:
    assert [host_name(text) for text in ("a.example:80", "[::1]", "[::1]:80", "a:b:c")] == [
        "a.example",
        "::1",
        "::1",
        "",
    ]


# starting -------------------------------------------------------------------------------------------------------------


def test_nothing_is_served_in_public_without_a_token() -> None:
    with pytest.raises(CannotServe, match="can be reached from other machines, and there is no token"):
        open_front(Serve(host="0.0.0.0", port=0, token=NO_TOKEN))


def test_with_a_token_it_is_served_in_public(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret\n")
    (tmp_path / "token").chmod(0o600)
    front = open_front(Serve(host="0.0.0.0", port=0, token=f"file:{tmp_path / 'token'}"))
    with front.listening:
        assert front.entry == Entry("s3cret")


def test_a_token_that_others_can_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret")
    (tmp_path / "token").chmod(0o644)
    with pytest.raises(SecretError, match="chmod 600"):
        open_front(Serve(port=0, token=f"file:{tmp_path / 'token'}"))


def test_a_port_that_is_taken_is_one_sentence() -> None:
    with open_front(Serve(port=0, token=NO_TOKEN)).listening as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotServe, match=rf"127\.0\.0\.1 port {port}: Address already in use"):
            open_front(Serve(port=port, token=NO_TOKEN))


def test_the_server_asks_for_the_token_and_browsers_for_a_password(database: Database, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret")
    (tmp_path / "token").chmod(0o600)
    with running(database, Serve(port=0, token=f"file:{tmp_path / 'token'}")) as client:
        refused = client.get("/v1/articles")
        assert (refused.status, refused.headers["www-authenticate"]) == (401, 'Basic realm="Newswatch"')
        assert client.get("/v1/articles", {"Authorization": "Bearer s3cret"}).status == 200
        assert client.get("/healthz").status == 200


def test_every_answer_forbids_scripts_and_guessing(client: Client) -> None:
    for path in ("/v1/articles", "/nowhere", "/v1/articles?x=1"):
        headers = client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-content-type-options"] == "nosniff"
