"""No verdict of a notebook is printed whatever happens: a wrong formula changes it."""
import os

import pytest

from tests import verdicts


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a cell is tried in a forked process")
@pytest.mark.parametrize("name", verdicts.names())
def test_every_verdict_can_fail(name):
    assert verdicts.untried(name) == []
    assert verdicts.unnoticed(name) == []
