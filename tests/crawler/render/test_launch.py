"""How the browser is started."""

import subprocess
from pathlib import Path

import pytest

from crawler.render.browser import NoBrowser
from crawler.render.launch import DATA_KIB, STACK_KIB, context_options, launch_options, refuse_root, script

OPTIONS = launch_options(Path("/usr/bin/chromium"), "http://127.0.0.1:1234", sandbox=True)


def test_root_renders_only_where_the_operator_does_without_the_sandbox() -> None:
    with pytest.raises(NoBrowser, match=r"as root is refused.*unsafe_no_sandbox"):
        refuse_root(unsafe_no_sandbox=False, user=0)
    refuse_root(unsafe_no_sandbox=True, user=0)
    refuse_root(unsafe_no_sandbox=False, user=1000)


def test_the_sandbox_is_on_unless_it_is_said_otherwise() -> None:
    assert OPTIONS["chromium_sandbox"] is True
    assert not [flag for flag in OPTIONS["args"] if "sandbox" in flag]
    assert launch_options(Path("/x"), "http://127.0.0.1:1", sandbox=False)["chromium_sandbox"] is False


def test_every_request_goes_to_the_guarding_proxy_and_no_name_is_left_out() -> None:
    assert OPTIONS["proxy"] == {"server": "http://127.0.0.1:1234"}


@pytest.mark.parametrize(
    "flag",
    [
        "--disable-quic",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    ],
)
def test_no_way_leads_around_the_proxy(flag: str) -> None:
    assert flag in OPTIONS["args"]


def test_a_context_is_a_fresh_profile_that_may_nothing() -> None:
    options = context_options("Newswatch/1.0 (+mail@example.com)")
    assert options["user_agent"] == "Newswatch/1.0 (+mail@example.com)"
    assert (options["accept_downloads"], options["service_workers"]) == (False, "block")
    assert (options["permissions"], options["ignore_https_errors"]) == ([], False)
    assert not {"storage_state", "user_data_dir"} & options.keys()


def test_the_script_limits_what_it_starts_and_hands_on_its_words(tmp_path: Path) -> None:
    program = tmp_path / "a browser's program"
    program.write_text('#!/bin/sh\necho "$(ulimit -s) $(ulimit -d) $1 $2"\n')
    program.chmod(0o755)
    started = tmp_path / "start"
    started.write_text(script(program))
    run = subprocess.run(["/bin/sh", started, "--one", "two words"], capture_output=True, text=True, check=True)
    assert run.stdout == f"{STACK_KIB} {DATA_KIB} --one two words\n"
