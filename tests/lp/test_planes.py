"""A surface is the optimum itself, whatever its faces are, or bounds that hold it."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from fluxmodel.errors import NoOptimum
from fluxmodel.lp import Program, Sparse, Stage
from fluxmodel.lp.enclosure import enclose
from fluxmodel.lp.moving import Lever, Mover, Moving
from fluxmodel.lp.planes import surface
from fluxmodel.lp.polygons import area, box, clip
from fluxmodel.lp.surface import Cut

GRID = 41
ENGINES = ["glpk", "highs"]
NUMBER = st.integers(-8, 8).map(lambda n: n / 2)
PLANES = st.lists(st.tuples(NUMBER, NUMBER, NUMBER), min_size=1, max_size=9)


def grid(x, y, n=GRID):
    return np.meshgrid(np.linspace(*x, n), np.linspace(*y, n))


def lowest(planes):
    def ask(x, y):
        value, k = min((a + b * x + c * y, k) for k, (a, b, c) in enumerate(planes))
        return value, planes[k][1], planes[k][2], k

    return ask


def within(ask, *cuts):
    """The same where ``a + b x + c y >= 0`` for all cuts; elsewhere one that says no."""

    def asked(x, y):
        depth, cut = min((a + b * x + c * y, (a, b, c)) for a, b, c in cuts)
        return Cut(*cut) if depth < -1e-12 else ask(x, y)

    return asked


@given(PLANES)
def test_lowest_of_planes(planes):
    x, y = (-2.0, 3.0), (1.0, 2.0)
    found = surface(lowest(planes), x, y)
    px, py = grid(x, y)
    direct = np.min([a + b * px + c * py for a, b, c in planes], axis=0)
    assert found.exact
    assert found(px, py) == pytest.approx(direct, rel=1e-6, abs=1e-6)
    assert sum(area(r) for r in found.regions) == pytest.approx(5.0, rel=1e-6)
    assert found.asked <= 6 * len(set(planes)) + 6
    for plane, region in zip(found.planes, found.regions, strict=True):
        inside = region.mean(axis=0)
        assert plane(*inside) == pytest.approx(float(found(*inside)), rel=1e-6, abs=1e-6)
    assert np.isnan(found([-2.1, 0.0], [1.5, 2.1])).all()


@pytest.mark.parametrize(
    ("planes", "faces", "asked"),
    [
        ([(3.0, 0.0, 0.0)], 1, 4),  # constant
        ([(0.0, 1.0, 0.0), (1.0, -1.0, 0.0)], 2, 8),  # a ridge
        ([(0.0, 1.0, 1.0), (0.5, 1.0, 1.0)], 1, 4),  # parallel: the upper one is nowhere
        ([(0.0, 1.0, 0.0), (1e-12, 1.0, 0.0)], 1, 4),  # one plane, but for rounding
        ([(0.0, 0.0, 0.0)], 1, 4),  # nothing at all
        ([(0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (1.0, -1.0, 0.0), (1.0, 0.0, -1.0)], 4, 12),  # a pyramid
    ],
)
def test_surfaces_by_hand(planes, faces, asked):
    found = surface(lowest(planes), (0.0, 1.0), (0.0, 1.0))
    assert len(found.planes) == faces
    assert found.asked <= asked
    assert found.exact
    assert found.worst <= 1e-9


def test_the_pyramid_has_its_faces_where_they_are():
    found = surface(lowest([(0, 1, 0), (0, 0, 1), (1, -1, 0), (1, 0, -1)]), (0.0, 1.0), (0.0, 1.0))
    by_name = {p.detail: r for p, r in zip(found.planes, found.regions, strict=True)}
    assert {tuple(corner) for corner in by_name[0].round(9).tolist()} == {(0, 0), (0, 1), (0.5, 0.5)}
    assert [found.planes[found.face(*p)].detail for p in ((0.1, 0.5), (0.5, 0.1), (0.9, 0.5))] == [0, 1, 2]


@given(PLANES, st.lists(st.tuples(NUMBER, NUMBER, NUMBER), min_size=1, max_size=4))
def test_a_part_is_feasible(planes, cuts):
    x, y = (-2.0, 3.0), (1.0, 2.0)
    found = surface(within(lowest(planes), *cuts), x, y)
    px, py = grid(x, y)
    depth = np.min([a + b * px + c * py for a, b, c in cuts], axis=0)
    direct = np.min([a + b * px + c * py for a, b, c in planes], axis=0)
    inside = depth > 1e-6
    assert found(px, py)[inside] == pytest.approx(direct[inside], rel=1e-6, abs=1e-6)
    assert np.isnan(found(px, py)[depth < -1e-5]).all()


def test_a_corner_is_infeasible():
    found = surface(within(lowest([(1.0, 1.0, 0.0)]), (-0.5, 1.0, 1.0)), (0.0, 1.0), (0.0, 1.0))
    assert area(found.feasible) == pytest.approx(0.875)
    assert np.isnan(found(0.1, 0.1))
    assert found.face(0.1, 0.1) is None
    assert found(0.5, 0.5) == pytest.approx(1.5)


def test_nothing_is_feasible():
    for found in (
        surface(lambda x, y: None, (0.0, 1.0), (0.0, 1.0)),
        surface(lambda x, y: Cut(-1.0, 0.0, 0.1), (0.0, 1.0), (0.0, 1.0)),
    ):
        assert not found.planes
        assert not len(found.feasible)
        assert np.isnan(found([0.5], [0.5])).all()
        assert found.face(0.5, 0.5) is None


def test_one_point_is_feasible():
    edges = [(-0.25, 1.0, 0.0), (0.25, -1.0, 0.0), (-0.5, 0.0, 1.0), (0.5, 0.0, -1.0)]
    found = surface(within(lowest([(1.0, 1.0, 0.0)]), *edges), (0.0, 1.0), (0.0, 1.0))
    assert found.feasible == pytest.approx(np.array([[0.25, 0.5]]))
    assert found(0.25, 0.5) == pytest.approx(1.25)
    assert np.isnan(found(0.3, 0.5))


def test_polygons_down_to_a_point():
    square = box((0, 0), (1, 1))
    line = clip(clip(square, np.array([-1.0, 1, 1])), np.array([1.0, -1, -1]))
    assert line == pytest.approx(np.array([[1.0, 0.0], [0.0, 1.0]])) or len(line) == 2
    point = clip(line, np.array([-1.0, 1.0, 0.0]))
    assert point.tolist() == [[1.0, 0.0]]
    assert not len(clip(point, np.array([-1.1, 1.0, 0.0])))


@given(PLANES, st.integers(1, 30))
def test_bounds_hold_what_is_between(planes, most):
    x, y = (-2.0, 3.0), (1.0, 2.0)
    found = surface(lowest(planes), x, y, most=most)
    bounds = enclose(found)
    px, py = grid(x, y)
    direct = np.min([a + b * px + c * py for a, b, c in planes], axis=0)
    upper, lower = bounds.upper(px, py), bounds.lower(px, py)
    assert found.asked <= most
    assert np.all(upper >= direct - 1e-6)
    known = np.isfinite(lower)
    assert np.all(lower[known] <= direct[known] + 1e-6)
    if known.any() and np.isfinite(bounds.gap):
        assert np.max((upper - lower)[known]) <= bounds.gap + 1e-6
    if found.exact and np.isfinite(bounds.gap):
        assert bounds.gap <= 1e-6
        assert bounds.covered == pytest.approx(1.0)


def test_the_gap_is_reached():
    """One plane known of a roof: between its corners the roof may be anything up to the plane."""
    bounds = enclose(
        surface(lowest([(0, 1, 0), (0, 0, 1), (1, -1, 0), (0.7, 0, -0.7)]), (0.0, 1.0), (0.0, 1.0), 4)
    )
    px, py = grid((0.0, 1.0), (0.0, 1.0), 201)
    assert bounds.gap > 0.4
    assert bounds.covered == 1.0
    assert np.nanmax(bounds.upper(px, py) - bounds.lower(px, py)) == pytest.approx(bounds.gap, abs=0.01)


NUMBERS = st.integers(-3, 3)


@st.composite
def programs(draw):
    """Bounded programs whose optimum is finite, with bounds that move with two parameters."""
    n, m = draw(st.integers(2, 5)), draw(st.integers(1, 3))
    matrix = np.array([[draw(NUMBERS) for _ in range(n)] for _ in range(m)], dtype=float)
    cost = np.array([draw(NUMBERS) for _ in range(n)], dtype=float)
    upper = np.array([draw(st.integers(1, 6)) for _ in range(n)], dtype=float)
    p = Program([f"v{k}" for k in range(n)], [f"r{k}" for k in range(m)], Sparse.from_dense(matrix),
                np.zeros(n), upper, np.full(m, -1.0), np.full(m, 2.0), [Stage("goal", cost)])  # fmt: skip
    levers = []
    for _ in range(draw(st.integers(1, 4))):
        terms = tuple((c, 1.0) for c in draw(st.sets(st.integers(0, n - 1), min_size=1, max_size=2)))
        side = draw(st.sampled_from(["upper", "lower"]))
        constant, a, b = (draw(NUMBER) / 2 for _ in range(3))
        levers.append(Lever(terms, side, constant, a, b))
    return p, levers


def cold(p, levers, x, y):
    """The optimum by scipy, each program by itself; None where nothing is feasible."""
    dense = p.matrix.to_dense()
    rows, limits = [*dense, *-dense], [*p.row_upper, *-p.row_lower]
    for lever in levers:
        sign = 1.0 if lever.side == "upper" else -1.0
        row = np.zeros(p.n_columns)
        for column, coefficient in lever.terms:
            row[column] = sign * coefficient
        rows.append(row)
        limits.append(sign * (lever.constant + lever.x * x + lever.y * y))
    bounds = list(zip(p.col_lower, p.col_upper, strict=True))
    found = linprog(-p.stages[0].cost, A_ub=np.array(rows), b_ub=limits, bounds=bounds, method="highs")
    return -found.fun if found.status == 0 else None


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=40, deadline=None)
@given(case=programs())
def test_random_programs_against_programs_of_their_own(engine, case):
    p, levers = case
    x, y = (-1.0, 2.0), (0.0, 3.0)
    with Mover(Moving.of(p, levers, x, y), p.stages[0], engine=engine) as mover:
        found = surface(mover, x, y)
    assert found.exact
    px, py = grid(x, y, 9)
    values = found(px, py)
    for a, b, value in zip(px.ravel(), py.ravel(), values.ravel(), strict=True):
        own = cold(p, levers, a, b)
        if own is None:
            # on the very edge, what is feasible is a matter of tolerance
            assert np.isnan(value) or cold(p, [relaxed(v) for v in levers], a, b) is not None
        elif np.isnan(value):
            assert cold(p, [relaxed(v, -1e-6) for v in levers], a, b) is None
        else:
            assert value == pytest.approx(own, rel=1e-6, abs=1e-6)


def relaxed(lever, by=1e-6):
    sign = 1.0 if lever.side == "upper" else -1.0
    return Lever(lever.terms, lever.side, lever.constant + sign * by, lever.x, lever.y)


@pytest.mark.parametrize("engine", ENGINES)
def test_two_nutrients_on_a_fine_grid(engine):
    """Growth on two nutrients, each limited by a parameter, with a demand that needs both."""
    m = Sparse.from_dense([[1, 0, -1, -2, 0, -1], [0, 1, -1, 0, -3, -1]])
    p = Program(("A", "B", "r1", "r2", "r3", "live"), ("a", "b"), m, [0] * 5 + [1], [50, 50, 4, 3, 9, 1],
                [0, 0], [0, 0], [Stage("growth", [0, 0, 2, 1.5, 1, 0])])  # fmt: skip
    levers = [Lever(((0, 1.0),), "upper", 0.0, 1.0, 0.0), Lever(((1, 1.0),), "upper", 0.5, 0.0, 1.0)]
    x, y = (0.0, 20.0), (0.0, 15.0)
    with Mover(Moving.of(p, levers, x, y), p.stages[0], engine=engine) as mover:
        found = surface(mover, x, y)
    px, py = grid(x, y)
    values = found(px, py)
    direct = np.array([cold(p, levers, a, b) or np.nan for a, b in zip(px.ravel(), py.ravel(), strict=True)])
    direct = direct.reshape(px.shape)
    both = np.isfinite(direct)
    assert values[both] == pytest.approx(direct[both], rel=1e-6, abs=1e-9)
    assert found.feasible.min(axis=0) == pytest.approx([1.0, 0.5])
    assert np.isnan(found(0.9, 5.0))
    assert found.asked < 50


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_infeasible_whatever_the_parameters_are(engine):
    p = Program(["v"], ["r"], Sparse.from_dense([[1.0]]), [0], [1], [2], [3], [Stage("goal", [1])])
    with Mover(Moving.of(p, [Lever(((0, 1.0),), "upper", 0, 1, 1)], (0, 1), (0, 1)), p.stages[0]) as mover:
        assert mover(0.5, 0.5) is None
        assert not surface(mover, (0.0, 1.0), (0.0, 1.0)).planes


def test_what_has_no_optimum_is_said():
    p = Program(["v"], [], Sparse.from_dense(np.zeros((0, 1))), [0], [np.inf], [], [], [Stage("goal", [1])])
    moving = Moving.of(p, [Lever(((0, 1.0),), "lower", 0, 1, 1)], (0, 1), (0, 1))
    with Mover(moving, p.stages[0]) as mover, pytest.raises(NoOptimum, match="unbounded"):
        surface(mover, (0.0, 1.0), (0.0, 1.0))


def test_a_picture_is_quick():
    angles = np.linspace(0, np.pi / 2, 60)
    planes = [(1.0, np.cos(a) - 1, np.sin(a) - 1) for a in angles]
    found = surface(lowest(planes), (0.0, 1.0), (0.0, 1.0))
    px, py = grid((0.0, 1.0), (0.0, 1.0), 201)
    start = time.process_time()
    found(px, py)
    assert time.process_time() - start < 0.3
