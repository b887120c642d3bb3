"""Members of a cell: the same answers as solving each alone, in any number of processes, whatever dies."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from fluxmodel.analysis import parallel
from fluxmodel.analysis.children import early
from fluxmodel.analysis.draws import member_limits
from fluxmodel.analysis.ensemble import Asked, MemberRanges
from fluxmodel.analysis.expression import Expression
from fluxmodel.analysis.observable import parse_observables
from fluxmodel.analysis.parallel import ask_members
from fluxmodel.analysis.shares import Shares, by_members, changes, shares
from fluxmodel.analysis.solve import Analyst
from fluxmodel.analysis.state import Outcome
from fluxmodel.analysis.verdict import Constants, Verdict, change
from fluxmodel.condition import Library
from fluxmodel.condition.members import Members
from fluxmodel.formalism import Capacity
from fluxmodel.formalism.capacity import build
from fluxmodel.formalism.resolved import Origin
from fluxmodel.frozen import FrozenMap
from fluxmodel.network import load_model
from fluxmodel.questions.changes import inhibit, set_field
from fluxmodel.questions.inputs import Bench, Build

NAMES = ("SLC1A5", "SLC38A2", "GLS", "GLS2", "GLYC", "OXP", "LDH_L")
WATCHED = ["growth", "flux(GLUNm)", "uptake(glc__D)", "secretion(lac__L)", "flux(OXP)/uptake(glc__D)"]
FRACTION = 0.95


def limited(resolved, values, residual=None):
    made = tuple(
        Capacity(k, resolved.model.all_catalysts[k].reactions, v, (residual or {}).get(k, 1.0),
                 (Origin("capacity", k),))
        for k, v in values.items()
    )  # fmt: skip
    return replace(resolved, limits=made, unlimited=frozenset())


@pytest.fixture(scope="module")
def crowd():
    """40 members, some of which cannot live."""
    rng = np.random.default_rng(8)
    rows = {k: np.exp(rng.normal(-0.5, 1.0, 41)) for k in NAMES}
    rows["GLYC"][3::7] = 0.02
    rows["OXP"][3::7] = 0.01
    return Members(FrozenMap(rows), FrozenMap({"BIOMASS": np.full(41, 0.5)}), np.full(41, 1.0))


@pytest.fixture(scope="module")
def problem(arm, crowd):
    point = {k: float(v[0]) for k, v in crowd.capacities.items()}
    return build(limited(arm("plenty").problem.resolved, point))


@pytest.fixture(scope="module")
def observables(model):
    return parse_observables(WATCHED, model)


@pytest.fixture(scope="module")
def asked(problem, crowd, observables):
    limits = member_limits(problem, crowd, Expression(problem.resolved.model), 1)
    return Asked.of(problem, limits, observables, FRACTION)


def equal(a: MemberRanges, b: MemberRanges):
    return all(
        np.array_equal(getattr(a, x), getattr(b, x), equal_nan=True) for x in ("growth", "low", "high")
    )


def test_limits_of_the_members_are_theirs(problem, crowd):
    limits = member_limits(problem, crowd, Expression(problem.resolved.model), 1)
    assert limits.shape == (40, len(NAMES))
    for k, x in enumerate(problem.limited):
        assert np.array_equal(limits[:, k], crowd.capacities[x.catalyst][1:])


def test_a_member_draws_the_same_in_any_company():
    bench = Bench(load_model(), [], Build(thermo=False))
    arm = bench.arm(bench.condition("hypoxia"))
    members = Library([]).members("default").first(6)
    whole = member_limits(arm.problem, members, arm.expression, 1)
    part = member_limits(arm.problem, members.some([5, 2]), arm.expression, 1)
    assert members.some([5, 2]).some([1]).numbers == (5,)
    assert np.array_equal(part, whole[[4, 1]])
    assert not np.array_equal(member_limits(arm.problem, members, arm.expression, 2), whole)


def test_inhibition_acts_on_every_member(arm, crowd):
    resolved = limited(arm("plenty").problem.resolved, dict.fromkeys(NAMES, 1.0), {"GLS": 0.25})
    made = build(resolved)
    limits = member_limits(made, crowd, Expression(resolved.model), 1)
    k = [x.catalyst for x in made.limited].index("GLS")
    assert limits[:, k] == pytest.approx(0.25 * crowd.capacities["GLS"][1:])


def test_what_the_ensemble_is_silent_about_is_as_in_the_cell(problem, crowd):
    fewer = Members(
        FrozenMap({k: v for k, v in crowd.capacities.items() if k != "OXP"}), crowd.fluxes, crowd.translation
    )
    limits = member_limits(problem, fewer, Expression(problem.resolved.model), 1)
    k = [x.catalyst for x in problem.limited].index("OXP")
    assert np.all(limits[:, k] == crowd.capacities["OXP"][0])


def test_a_member_is_what_a_problem_of_its_own_gives(arm, asked, crowd, observables):
    found = asked.answer()
    outcomes = set()
    for m in range(12):
        own = {k: float(v[m + 1]) for k, v in crowd.capacities.items()}
        with Analyst(build(limited(arm("plenty").problem.resolved, own))) as analyst:
            state, ranges = analyst.state(), analyst.ranges(observables, FRACTION)
        outcomes.add(state.outcome)
        assert found.growth[m] == pytest.approx(state.optimum, abs=1e-8)
        for k, r in enumerate(ranges):
            if r.interval is None:
                assert np.isnan([found.low[m, k], found.high[m, k]]).all()
            elif WATCHED[k] == "growth":  # its optimum is exact
                assert found.low[m, k] == found.high[m, k] == found.growth[m]
            else:
                assert (found.low[m, k], found.high[m, k]) == pytest.approx(r.interval, abs=1e-7)
    assert outcomes == {Outcome.OPTIMAL, Outcome.NONVIABLE}


def test_the_point_s_own_limits_give_the_point(problem, observables):
    point = np.array([[c.limit for x in problem.limited for c in problem.resolved.limits
                       if c.catalyst == x.catalyst]])  # fmt: skip
    found = Asked.of(problem, point, observables, FRACTION).answer()
    with Analyst(problem) as analyst:
        state, ranges = analyst.state(), analyst.ranges(observables, FRACTION)
    assert found.growth[0] == pytest.approx(state.optimum, abs=1e-9)
    for name, low, high, r in zip(WATCHED, found.low[0], found.high[0], ranges, strict=True):
        expected = (state.optimum, state.optimum) if name == "growth" else r.interval
        assert (low, high) == pytest.approx(expected, abs=1e-7)


def test_a_member_that_cannot_live_does_not_grow(asked, crowd):
    """G glucose and X pyruvate burnt give 2 G + 12 X ATP; what is not burnt leaves through lactate."""
    found = asked.answer()
    glycolysis, respiration, lactate = (crowd.capacities[k][1:] for k in ("GLYC", "OXP", "LDH_L"))
    glucose = np.minimum(np.minimum(glycolysis, 10), (respiration + lactate) / 2)
    dead = 2 * glucose + 12 * np.minimum(respiration, 2 * glucose) < 2
    assert dead[2::7].all()
    assert np.all(found.growth[dead] == 0)
    assert np.isnan(found.low[dead]).all()
    assert np.all(found.growth[~dead] > 0)
    assert np.isfinite(found.low[~dead]).all()


def test_contradictory_inputs_are_no_answer_of_a_member(arm, crowd, observables):
    forced = arm("plenty", set_field("bounds.OXP={lower: 900, unit: mmol/gDW/h}")).problem.resolved
    made = build(limited(forced, {"GLYC": 1.0}))
    found = Asked.of(made, np.array([[1.0], [2.0]]), observables, FRACTION).answer()
    assert np.isnan(found.growth).all()


def test_a_negative_optimum_has_an_interval_too(arm, observables, model):
    """The least oxygen that a cell gets along with, as an objective to maximise: it is below 0."""
    resolved = arm("plenty").problem.resolved
    fed = replace(limited(resolved, {"GLYC": 0.5}), objective="EX_glc__D_e")
    made = build(fed)
    watched = parse_observables(["uptake(glc__D)", "flux(OXP)"], model)
    with Analyst(made) as analyst:
        state, ranges = analyst.state(), analyst.ranges(watched, FRACTION)
    assert state.optimum < 0
    found = Asked.of(made, np.array([[0.5]]), watched, FRACTION).answer()
    assert found.growth[0] == pytest.approx(state.optimum)
    assert [tuple(x) for x in zip(found.low[0], found.high[0], strict=True)] == [
        pytest.approx(r.interval, abs=1e-7) for r in ranges
    ]


# -- processes --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def alone(asked):
    return asked.answer()


def near(a: MemberRanges, b: MemberRanges):
    """Pieces start from other bases: the last digits may differ, nothing else."""
    for name in ("growth", "low", "high"):
        np.testing.assert_allclose(getattr(a, name), getattr(b, name), rtol=0, atol=1e-9)
    return True


@pytest.fixture(scope="module")
def by_one(asked):
    return ask_members([asked], workers=1)[0]


def test_answers_do_not_depend_on_the_number_of_processes(asked, alone, by_one):
    assert near(by_one, alone)
    (two,) = ask_members([asked], workers=2)
    assert equal(two, by_one)


def test_another_process_gives_the_same_answers(asked, by_one, monkeypatch):
    """This process waits until the other one has done everything."""
    here = parallel.Crew._here

    def idle(self):
        until = time.monotonic() + 20
        while self.left and time.monotonic() < until:
            time.sleep(0.01)
        here(self)

    done = []
    put = parallel.Crew._put
    monkeypatch.setattr(parallel.Crew, "_here", idle)
    monkeypatch.setattr(
        parallel.Crew, "_put", lambda self, j, x: (done.append(threading.current_thread()), put(self, j, x))
    )
    (found,) = ask_members([asked], workers=2)
    assert threading.main_thread() not in done
    assert equal(found, by_one)


def test_answers_come_in_the_order_of_the_questions(problem, asked, by_one, observables):
    other = Asked.of(problem, asked.limits[::-1].copy(), observables, 0.5)
    a, b = ask_members([asked, other], workers=1)
    c, d = ask_members([other, asked], workers=2)
    assert equal(a, by_one)
    assert equal(a, d)
    assert equal(b, c)
    assert not equal(a, b)


@pytest.mark.parametrize("members", [0, 1, parallel.PIECE, parallel.FEW + 1])
def test_any_number_of_members(asked, alone, members):
    (found,) = ask_members([asked.part(slice(0, members))], workers=2 if members < 9 else 1)
    assert len(found) == members
    assert found.low.shape == found.high.shape == (members, len(WATCHED))
    assert near(found, MemberRanges(alone.growth[:members], alone.low[:members], alone.high[:members]))


def test_nothing_asked_is_nothing_answered():
    assert ask_members([]) == []


def test_members_are_asked_while_more_questions_are_prepared(asked, by_one):
    with parallel.Crew(80, workers=2) as crew:
        crew.add(asked)
        until = time.monotonic() + 60
        while crew.done < 40 and time.monotonic() < until:  # this process does nothing yet
            time.sleep(0.01)
        assert crew.done == 40
        crew.add(asked)
        first, second = crew.answers()
    assert equal(first, by_one)
    assert equal(second, by_one)


def test_an_error_between_two_questions_leaves_no_child_behind(asked, children):
    def fails():
        with parallel.Crew(80, workers=2) as crew:
            crew.add(asked)
            raise KeyError

    with pytest.raises(KeyError):
        fails()
    until = time.monotonic() + 20
    while not all(c.poll() is not None for c in children) and time.monotonic() < until:
        time.sleep(0.01)
    assert all(c.poll() is not None for c in children)


def test_an_empty_question_beside_a_full_one(asked, by_one):
    empty, full = ask_members([asked.part(slice(0, 0)), asked], workers=1)
    assert len(empty) == 0
    assert equal(full, by_one)


def test_halves_put_together_are_the_whole(problem, crowd, observables, alone):
    """Without expression changes a member is the same in any company."""
    parts = []
    for which in (range(1, 21), range(21, 41)):
        limits = member_limits(problem, crowd.some(which), Expression(problem.resolved.model), 1)
        parts.append(Asked.of(problem, limits, observables, FRACTION).answer())
    assert near(MemberRanges.joined(parts), alone)


def test_progress_counts_members_to_the_end(asked):
    seen = []
    ask_members([asked], 1, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (40, 40)
    assert [d for d, _ in seen] == sorted({d for d, _ in seen})


@pytest.fixture
def children(monkeypatch):
    """Every child process that is started."""
    started = []

    class Known(subprocess.Popen):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs, stderr=subprocess.DEVNULL)
            started.append(self)

    monkeypatch.setattr(parallel.subprocess, "Popen", Known)
    return started


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_child_that_never_comes_up_is_made_up_for(asked, by_one, children, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    big = [replace(asked, limits=np.tile(asked.limits, (1, 1)))] * 3
    found = ask_members(big, workers=3)
    assert all(equal(x, by_one) for x in found)
    assert children
    assert all(c.returncode is not None for c in children)


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_child_that_dies_at_work_is_made_up_for(asked, by_one, children, monkeypatch):
    real = parallel.send
    killed = []

    def send(stream, value):
        if isinstance(value, tuple):  # a piece of work: the child has said that it is ready
            children[0].kill()
            children[0].wait()
            killed.append(value)
        real(stream, value)

    # this process waits for the child, which else finds nothing left
    here = parallel.Crew._here
    monkeypatch.setattr(parallel, "send", send)

    def late(self):
        until = time.monotonic() + 20
        while not killed and time.monotonic() < until:
            time.sleep(0.01)
        here(self)

    monkeypatch.setattr(parallel.Crew, "_here", late)
    (found,) = ask_members([asked], workers=2)
    assert killed
    assert equal(found, by_one)


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_question_too_long_for_a_pipe_and_a_child_that_does_not_read(asked, by_one, children, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    padded = replace(asked, slacks=asked.slacks * 20000)  # some MB
    one, two = ask_members([replace(padded, limits=asked.limits[:20]), padded], workers=2)
    assert one.growth == pytest.approx(two.growth[:20], abs=1e-12)  # other pieces, other last digits
    assert np.array_equal(two.growth, by_one.growth)


def test_an_error_stops_the_children(asked, children, monkeypatch):
    def broken(_):
        raise MemoryError

    monkeypatch.setattr(Asked, "answer", broken)
    with pytest.raises(MemoryError):
        ask_members([asked], workers=2)
    for child in children:
        child.wait(20)


# -- verdicts ---------------------------------------------------------------------------------------

CONSTANTS = Constants()


@pytest.mark.parametrize(
    ("up", "members", "said"),
    [(76, 80, "up"), (75, 80, "likely up"), (64, 80, "likely up"), (63, 80, "undetermined"),
     (57, 60, "up"), (56, 60, "likely up"), (48, 60, "likely up"), (47, 60, "undetermined"), (1, 1, "up")],
)  # fmt: skip
def test_the_words_change_exactly_at_their_shares(up, members, said):
    a = np.ones(members)
    b = np.where(np.arange(members) < up, 2.0, np.nan)
    found = by_members(Verdict("undetermined", False, "up"), shares(a, a, b, b, CONSTANTS), CONSTANTS)
    assert str(found).startswith(said)
    assert found.certain == (said == "up")
    assert found.share == pytest.approx(max(up, members - up) / members)


def test_each_class_has_its_share():
    low_a = np.array([1.0, 1.0, 1.0, 1.0, np.nan])
    high_a = np.array([1.1, 1.1, 1.01, 1.5, 1.0])
    low_b = np.array([1.3, 0.5, 1.0, 1.2, 2.0])
    high_b = np.array([1.4, 0.9, 1.02, 2.0, 2.0])
    found = shares(low_a, high_a, low_b, high_b, CONSTANTS)
    assert (found.up, found.down, found.unchanged, found.members) == (0.2, 0.2, 0.2, 5)
    assert found.undetermined == pytest.approx(0.4)
    back = shares(low_b, high_b, low_a, high_a, CONSTANTS)
    assert (back.up, back.down, back.unchanged) == (found.down, found.up, found.unchanged)


def test_members_outvote_the_point():
    point = Verdict("up", True, "up")
    assert by_members(point, Shares(0.0, 1.0, 0.0, 60), CONSTANTS).direction == "down"
    assert by_members(point, Shares(0.5, 0.5, 0.0, 60), CONSTANTS).direction == "undetermined"
    assert by_members(point, Shares(0.0, 0.0, 0.0, 0), CONSTANTS) == point  # nobody was asked


def test_arrays_and_numbers_are_judged_alike():
    rng = np.random.default_rng(1)
    special = np.array([0.0, 1e-4, -1e-4, 9.9e-5, 1.0, 1.05, 1 / 1.05, -1.0, -1.05, 1e-3, 1.05e-3, 5.0])
    a, b = (x.ravel() for x in np.meshgrid(special, special))
    a = np.concatenate([a, rng.normal(0, 1e-3, 500)])
    b = np.concatenate([b, a[-500:] * rng.uniform(0.9, 1.1, 500)])
    found = changes(a, b, CONSTANTS)
    assert found.tolist() == [change(x, y, CONSTANTS) for x, y in zip(a.tolist(), b.tolist(), strict=True)]


def test_a_dead_arm_is_down_in_every_member(arm, crowd, observables):
    resolved = arm("plenty", inhibit("GLS=100%"), inhibit("GLS2=100%")).problem.resolved
    made = build(limited(resolved, dict.fromkeys(NAMES, 1.0), {"GLS": 0.0, "GLS2": 0.0}))
    limits = member_limits(made, crowd.first(30), Expression(resolved.model), 1)
    found = Asked.of(made, limits, observables, FRACTION).answer()
    assert np.all(found.growth == 0)


# -- a child that is started early ------------------------------------------------------------------


def test_a_child_that_was_started_early_is_the_one_that_works(asked, by_one, children):
    with early(True):
        (first,) = children
        (found,) = ask_members([asked], workers=2)
    assert children == [first]  # no other one was started
    assert first.returncode == 0
    assert equal(found, by_one)


def test_a_child_that_nobody_needed_is_ended(children):
    with pytest.raises(KeyError), early(True):
        raise KeyError
    assert all(c.returncode is not None for c in children)
    with early(False):
        assert len(children) <= 1
