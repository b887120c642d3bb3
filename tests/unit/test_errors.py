"""Errors travel: out of workers, through copies, without losing what they say."""

from __future__ import annotations

import copy
import pickle
from concurrent.futures import ProcessPoolExecutor

import pytest

from fluxmodel.errors import (
    CheckFailed,
    ConditionError,
    DomainError,
    InputError,
    ModelError,
    NoOptimum,
    ObservableError,
    Problem,
    TableError,
    UnitError,
    Where,
)

PROBLEMS = (
    Problem("FM031", "a dose must be >= 0", Where("a.yaml", 14, "dose"), "write 2 uM"),
    Problem("FM032", "no such gene: 'GLSS'", cure="did you mean GLS?"),
)
KINDS = (InputError, TableError, ModelError, ConditionError, ObservableError, UnitError, DomainError)
ERRORS = [
    *(kind(PROBLEMS) for kind in KINDS),
    NoOptimum("infeasible", ["line 1", "line 2"]),
    CheckFailed("x"),
]


def fail(number):
    """For a worker."""
    raise ERRORS[number]


def same(error, again):
    assert type(again) is type(error)
    assert str(again) == str(error)
    for name in ("problems", "outcome", "diagnosis"):
        assert getattr(again, name, None) == getattr(error, name, None)


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda e: pickle.loads(pickle.dumps(e))])
def test_errors_survive_copies(error, again):
    twice = again(again(error))
    same(error, twice)


def test_errors_survive_workers():
    with ProcessPoolExecutor(1) as pool:
        for n in (0, 3, len(KINDS)):
            same(ERRORS[n], pool.submit(fail, n).exception())


def test_what_was_noted_survives():
    error = InputError(PROBLEMS)
    error.item = 7
    assert pickle.loads(pickle.dumps(error)).item == 7
