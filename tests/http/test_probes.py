"""What operators ask a server, and what it does when its database goes away for a moment."""

import time

import pytest

from tests import kit


@pytest.fixture
def call(server):
    """A client of a server with all operations."""
    with kit.an_account(server) as client:
        yield client


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics", "/openapi.json", "/docs"])
def test_a_probe_needs_no_key(call, path):
    answer = call("GET", path, key="", status=200)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_requests_are_counted_by_the_template_of_their_path(call):
    call("GET", "/v1/applications/123456", status=404)
    text = call("GET", "/metrics").text
    template = 'path="/v1/applications/{application_id}"'
    assert f'largesse_requests_total{{method="GET",{template},status="404"}}' in text
    assert "123456" not in text


def test_a_server_that_is_behind_its_database_is_not_ready(call):
    call.server.sql("update alembic_version set version_num = '9999'")
    try:
        assert call("GET", "/readyz", status=503).headers["Retry-After"] == "1"
        call("GET", "/livez", status=200)
    finally:
        call.server.sql("update alembic_version set version_num = '0001'")
    call("GET", "/readyz", status=200)


def test_lost_connections_are_replaced(call):
    call.server.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )
    began, statuses = time.monotonic(), [0]
    while statuses[-1] != 200 and time.monotonic() - began < 5:
        statuses.append(call("GET", "/v1/applications").status_code)
    assert statuses[-1] == 200
    assert set(statuses[1:-1]) <= {503}
