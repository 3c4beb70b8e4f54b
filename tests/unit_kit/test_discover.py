"""Folders of alike things: dropping a file in is adding it."""

import importlib
import sys

import pytest

from largesse.kit import discover


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Makes a package of modules, and forgets it afterwards."""

    def make(**modules: str):
        package = tmp_path / "alike"
        package.mkdir()
        (package / "__init__.py").write_text("")
        for name, text in modules.items():
            (package / f"{name}.py").write_text(text)
        monkeypatch.syspath_prepend(str(tmp_path))
        return importlib.import_module("alike")

    yield make
    for name in [one for one in sys.modules if one.split(".")[0] == "alike"]:
        del sys.modules[name]


def test_modules_come_in_the_order_of_their_names(folder):
    package = folder(beta="", alpha="", gamma="")
    names = [module.__name__ for module in discover.modules(package)]
    assert names == ["alike.alpha", "alike.beta", "alike.gamma"]


def test_an_empty_folder_has_no_members(folder):
    package = folder()
    assert (discover.modules(package), discover.members(package, list)) == ([], [])


def test_every_member_at_the_top_of_a_module_is_found(folder):
    package = folder(
        beta="last = [1]\n\ndef inner():\n    return [9]\n",
        alpha="first = [0]\nsecond = [3]\ntext = 'no list'\n",
    )
    assert discover.members(package, list) == [[0], [3], [1]]


def test_a_member_that_two_modules_name_is_found_once(folder):
    package = folder(
        alpha="shared = [1]\n",
        beta="from alike.alpha import shared\nalso = shared\nown = [1]\n",
    )
    assert discover.members(package, list) == [[1], [1]]


def test_a_module_that_cannot_be_imported_is_not_passed_over(folder):
    package = folder(good="", bad="raise RuntimeError('broken')\n")
    with pytest.raises(RuntimeError, match="broken"):
        discover.modules(package)
