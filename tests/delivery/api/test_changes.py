"""The change feed over HTTP: whoever waits is answered by the first change, and waiting costs the others nothing."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import update

from config_blocks import Serve
from storage.database import Database
from storage.schema import meta
from tests.delivery.api.conftest import NO_TOKEN, Client, running
from tests.delivery.conftest import Desk


def test_changes_come_with_the_number_to_go_on_with(client: Client, desk: Desk) -> None:
    desk.keep("https://daily.example/a")
    desk.revise("https://daily.example/a", "Corrected")
    first = client.get("/v1/changes", limit=1).json
    assert [(row["change_seq"], row["kind"], row["headline"]) for row in first["changes"]] == [(1, "new", "Corrected")]
    second = client.get("/v1/changes", after=first["next"], epoch=first["epoch"]).json
    assert [(row["change_seq"], row["kind"], row["what"]) for row in second["changes"]] == [
        (2, "revised", ["headline"])
    ]
    third = client.get("/v1/changes", after=second["next"]).json
    assert (third["changes"], third["next"]) == ([], 2)


def test_who_waits_is_answered_by_the_first_change(client: Client, desk: Desk) -> None:
    with ThreadPoolExecutor(3) as asking:
        waiting = [asking.submit(client.get, "/v1/changes", wait=50) for _ in range(3)]
        time.sleep(0.3)
        desk.keep("https://daily.example/a")
        for answer in waiting:
            assert [row["change_seq"] for row in answer.result().json["changes"]] == [1]


def test_who_waits_in_vain_gets_an_empty_answer(client: Client) -> None:
    answer = client.get("/v1/changes", wait=1).json
    assert (answer["changes"], answer["next"]) == ([], 0)


def test_many_who_wait_hold_up_nobody(client: Client, desk: Desk) -> None:
    # more than there are threads (8) and connections of the database (15)
    with ThreadPoolExecutor(40) as asking:
        waiting = [asking.submit(client.get, "/v1/changes", wait=50) for _ in range(40)]
        time.sleep(0.3)
        assert client.get("/v1/sources").status == 200
        desk.keep("https://daily.example/a")
        assert {answer.result().status for answer in waiting} == {200}


def test_a_stop_lets_go_whoever_waits(database: Database) -> None:
    with ThreadPoolExecutor(1) as asking:
        with running(database, Serve(port=0, token=NO_TOKEN)) as client:
            waiting = asking.submit(client.get, "/v1/changes", wait=50)
            time.sleep(0.5)
        assert waiting.result().json["changes"] == []
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("uvicorn")] == []


def test_a_cursor_that_cannot_be_followed_says_how_to_start_again(client: Client, database: Database) -> None:
    answer = client.get("/v1/changes", after=99)
    assert answer.status == 410
    assert "ahead of the newest change" in answer.error
    with database.write() as connection:
        connection.execute(update(meta).where(meta.c.name == "epoch").values(value="after the backup"))
    answer = client.get("/v1/changes", epoch="before it")
    assert answer.status == 410
    assert "export all articles anew" in answer.error
