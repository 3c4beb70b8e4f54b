"""A demo starts, is used, stops and starts again, as its users do it."""

import signal
import time

import httpx
import msgspec
import pytest

from tests.cli.running import Started, free_port, postgres_in, request_in, say

MEMBERS = [
    "url",
    "databaseUrl",
    "email",
    "password",
    "managementKey",
    "integrationKey",
    "applicationId",
    "thirdPartyKeys",
    "deployment",
]
PLATFORMS = [
    "braze",
    "iterable",
    "segment",
    "mparticle",
    "emarsys",
    "customer_engagement",
    "customer_data",
]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """One running demo for the tests that only look at it."""
    with Started("demo", tmp_path_factory.mktemp("demo") / "data") as started:
        yield started.wait_until_ready()


def managed(demo):
    key = demo.demo()["managementKey"]
    return httpx.Client(
        base_url=demo.url, headers={"Authorization": f"ManagementKey-v1 {key}"}, timeout=30
    )


def test_its_file_is_for_its_owner_only_and_has_the_members(demo):
    assert (demo.data_dir / "demo.json").stat().st_mode & 0o777 == 0o600
    assert list(demo.demo()) == MEMBERS
    assert list(demo.demo()["thirdPartyKeys"]) == PLATFORMS
    assert demo.demo()["url"] == demo.url
    assert demo.demo()["deployment"] == "shop.promo.test"


def test_its_keys_are_good(demo):
    with managed(demo) as client:
        listed = client.get("/v1/applications").json()
        deployments = client.get("/v1/deployments").json()
    assert [one["id"] for one in listed["data"]] == [demo.demo()["applicationId"]]
    assert [one["host"] for one in deployments["data"]] == ["shop.promo.test"]


def test_its_sign_in_is_good(demo):
    body = {"email": demo.demo()["email"], "password": demo.demo()["password"]}
    answer = httpx.post(f"{demo.url}/v1/sessions", json=body, timeout=30)
    assert answer.status_code == 201
    assert answer.json()["token"]


def test_the_printed_request_gives_the_discount_as_it_stands(demo):
    printed = ""
    while "Ctrl-C" not in printed:
        printed += demo.process.stdout.readline()
    assert demo.demo()["password"] in printed
    with httpx.Client(timeout=30) as client:
        answer = client.send(request_in(printed))
    assert answer.status_code == 200
    effects = [(one["effectType"], one["props"].get("value")) for one in answer.json()["effects"]]
    assert ("acceptCoupon", "WELCOME10") in effects
    assert ("setDiscount", 2.5) in effects


def test_a_second_demo_in_the_same_folder_is_refused(demo):
    done = say("demo", "--data-dir", demo.data_dir, "--port", str(free_port()))
    assert done.exit_code == 1
    assert "is in use by another server" in done.stderr
    assert "LARGESSE_DATABASE_URL" in done.stderr


def test_a_taken_port_is_said_before_anything_is_started(demo, tmp_path):
    port = demo.url.rpartition(":")[2]
    done = say("demo", "--data-dir", tmp_path / "data", "--port", port)
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"port {port} is taken" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_key_is_made_beside_a_running_server(demo):
    made = say("keys", "create", "--kind", "management", "--json", "--data-dir", demo.data_dir)
    key = msgspec.json.decode(made.stdout)["key"]
    headers = {"Authorization": f"ManagementKey-v1 {key}"}
    answer = httpx.get(f"{demo.url}/v1/applications", headers=headers, timeout=30)
    assert answer.status_code == 200


def test_a_key_of_an_application_is_made_for_a_platform(demo):
    options = ["--application", str(demo.demo()["applicationId"]), "--platform", "braze"]
    made = say("keys", "create", "--kind", "integration", *options, "--data-dir", demo.data_dir)
    assert made.stdout.startswith("lgs_3p_")
    missing = ["--application", "999999", "--data-dir", demo.data_dir]
    refused = say("keys", "create", "--kind", "integration", *missing)
    assert (refused.exit_code, refused.stderr) == (1, "largesse: There is no application 999999\n")


def test_a_second_process_serves_the_same_data(demo, tmp_path):
    url = str(demo.demo()["databaseUrl"])
    with Started("serve", tmp_path, LARGESSE_DATABASE_URL=url) as second:
        second.wait_until_ready()
        headers = {"Authorization": f"ManagementKey-v1 {demo.demo()['managementKey']}"}
        answer = httpx.get(f"{second.url}/v1/applications", headers=headers, timeout=30)
        assert answer.json()["data"][0]["name"] == "Demo shop"
        status, said, noted = second.stop(signal.SIGTERM)
    assert (status, noted.count("Traceback")) == (0, 0)
    assert said == f"Largesse is running at {second.url}\n"
    assert httpx.get(f"{demo.url}/readyz", timeout=30).status_code == 200


def test_it_stops_wholly_and_starts_again_with_the_same_secrets(tmp_path):
    with Started("demo", tmp_path) as first:
        secrets = first.wait_until_ready().demo()
        assert_wholly_stopped(first, signal.SIGINT)
    with Started("demo", tmp_path) as second:
        kept = second.wait_until_ready().demo()
        assert second.cpu_seconds() < 10  # about two; a machine may be slow
        assert_wholly_stopped(second, signal.SIGTERM)
    assert lasting(kept) == lasting(secrets)
    (tmp_path / "demo.json").write_text("{")
    with Started("demo", tmp_path) as third:
        renewed = third.wait_until_ready().demo()
        with managed(third) as client:
            assert client.get("/v1/applications").json()["totalResultSize"] == 1
        assert_wholly_stopped(third, signal.SIGHUP)
    assert renewed["applicationId"] == secrets["applicationId"]
    assert renewed["managementKey"] != secrets["managementKey"]


def lasting(demo):
    """What stays the same from start to start."""
    return {name: value for name, value in demo.items() if name not in ("url", "databaseUrl")}


def assert_wholly_stopped(started, how):
    """It ends well, says nothing of its inner life, and takes its database along."""
    status, _, noted = started.stop(how)
    assert (status, noted.count("Traceback"), postgres_in(started.data_dir)) == (0, 0, [])


def test_an_interrupted_start_leaves_nothing_running(tmp_path):
    with Started("demo", tmp_path) as started:
        while not (tmp_path / "postgres.new").exists() and started.process.poll() is None:
            time.sleep(0.01)
        status, _, noted = started.stop(signal.SIGINT)
    assert (status, noted.count("Traceback"), postgres_in(tmp_path)) == (130, 0, [])
