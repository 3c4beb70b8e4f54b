"""A merchant whom no other test knows."""

import pytest

from tests.sdk.merchant import a_merchant


@pytest.fixture
def merchant(call):
    """A shop with a campaign, driven by the official client."""
    with a_merchant(call) as found:
        yield found
