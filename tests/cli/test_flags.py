"""The flags of a question are listed once and reach a command as one value."""

from __future__ import annotations

import inspect
from pathlib import Path

from fluxmodel.cli.compare import compare
from fluxmodel.cli.explain import NOT_HERE, explain
from fluxmodel.cli.flags import Flags, How, Measured, Said, with_flags
from fluxmodel.cli.predict import predict


def parameters(command):
    return inspect.signature(command, eval_str=True).parameters


def test_a_command_gets_what_was_given_and_defaults_for_the_rest():
    seen = []

    @with_flags(without=("fraction",))
    def ask(name: str, flags: Flags) -> None:
        seen.append((name, flags))

    ask(name="x", model=Path("m"), inhibit=["GLS=90%"], quantity="TPM", seed="7", debug=True)
    ((name, flags),) = seen
    said = Said(inhibit=["GLS=90%"], measured=Measured(quantity="TPM"))
    assert (name, flags) == ("x", Flags(model=Path("m"), said=said, how=How(seed="7"), debug=True))
    assert list(parameters(ask))[:4] == ["name", "model", "folders", "inhibit"]
    assert "fraction" not in parameters(ask)
    assert "flags" not in parameters(ask)


def test_other_observables_change_nothing_else():
    flags = Flags(debug=True, how=How(seed="7", observable=["x"]))
    assert flags.reporting("growth") == Flags(debug=True, how=How(seed="7", observable=["growth"]))


def test_questions_about_conditions_have_the_same_flags():
    one, several, explained = (list(parameters(c)) for c in (predict, compare, explain))
    assert one[1:] == [name for name in several[1:] if name != "sensitivity"]  # it is about changes
    assert set(NOT_HERE) < set(several)
    assert explained == [name for name in one if name not in NOT_HERE]
