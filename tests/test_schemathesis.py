"""Whatever the schema of our own API allows, no request makes the server fail."""

from __future__ import annotations

import schemathesis
from hypothesis import HealthCheck, given, settings

from mlxs.testing.serving import serving


def test_no_request_makes_the_server_fail() -> None:
    with serving() as served:
        api = schemathesis.openapi.from_url(served.url + "/openapi.json")
        for operation in (found.ok() for found in api.get_all_operations()):

            @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
            @given(operation.as_strategy())
            def check(case: schemathesis.Case) -> None:
                response = case.call(timeout=30)
                assert response.status_code != 500, f"{case.as_curl_command()}\n{response.text}"
                assert response.headers["x-request-id"]

            check()
