"""The examples of docstrings, and of the README."""

import doctest
from pathlib import Path

import adarga
from adarga import _adarga

FLAGS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL


def run(text: str, name: str) -> int:
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    test = doctest.DocTestParser().get_doctest(text, {}, name, None, 0)
    runner.run(test)
    assert runner.failures == 0, name
    return len(test.examples)


def test_examples_of_docstrings() -> None:
    count = run(adarga.__doc__ or "", "adarga")
    for name in adarga.__all__:
        text = getattr(getattr(_adarga, name, None), "__doc__", None) or ""
        assert text or name in dir(adarga), name
        count += run(text, name)
    assert count > 30


def test_examples_of_the_readme() -> None:
    readme = Path(__file__).parents[1] / "README.md"
    assert run(readme.read_text("utf-8"), "README.md") > 10
