"""Phase planes: exact regions, the same as programs of their own; an axis means what a change means."""

from __future__ import annotations

import json

import numpy as np
import pytest

import fluxmodel as fx
from fluxmodel.analysis.planes.axis import parse_axes, parse_axis
from fluxmodel.analysis.planes.dial import at_point
from fluxmodel.analysis.serving import grow, slacks_of
from fluxmodel.condition import parse_change
from fluxmodel.errors import ConditionError, DomainError, InputError
from fluxmodel.lp import open_session
from fluxmodel.lp.polygons import area
from tests.cli.conftest import command

GRID = 41


def directly(found, n):
    """Growth on a grid, each point a program in which nothing is a column of its own."""
    source, dials = found.source, found.source.plane.dials
    slacks = slacks_of(source.problem)
    x, y = (d.bound(np.linspace(d.axis.low, d.axis.high, n)) for d in dials)
    with open_session(source.problem.program, spare=8) as session:

        def at(u, v):
            return grow(session, slacks, at_point(source.problem, source.limits, dials, (u, v))).growth

        return np.array([[at(u, v) for u in x] for v in y])


@pytest.mark.parametrize(
    ("condition", "x", "y", "formalism", "n"),
    [
        ("normoxia", "uptake(glc__D)=0..1", "oxygen=0..2 mmol/gDW/h", "fba", GRID),
        ("hypoxia", "GLS=0..100%", "oxygen=0..3%", "capacity", GRID),
        ("normoxia", "SLC7A11=0..100%", "uptake(gln__L)=0..0.1", "capacity", GRID),
        ("normoxia", "upper(PDHm)=0..0.05", "translation=0..0.06 1/h", "capacity", 15),
        ("normoxia", "lower(LDH_L)=-1..1", "uptake(glc__D)=0..1", "capacity", 15),
    ],
)
def test_a_plane_against_programs_of_their_own(condition, x, y, formalism, n):
    found = fx.phase_plane(None, condition, x, y, formalism=formalism)
    direct = np.nan_to_num(directly(found, n))
    _, _, growth = found.grid(n, n)
    top = direct.max()
    away = np.abs(np.nan_to_num(growth) - direct)
    # where demands are just served, whether they are is a matter of tolerance
    steep = max(abs(f.slopes[k]) * (d.end - d.start) for f in found.source.plane.faces
                for k, d in enumerate(found.source.plane.dials))  # fmt: skip
    assert away.max() <= max(1e-6 * top, 1e-8 * steep)
    assert found.gap == 0
    assert sum(r.share for r in found.regions) == pytest.approx(1.0, abs=1e-6)
    assert max(f.differs for f in found.source.plane.faces) <= 1e-6


def test_the_toy_by_hand(model, conditions):
    """Growth is the least of the glutamine taken up, what GLS opens of it, and what glucose feeds."""
    found = fx.phase_plane(model, "plenty", "GLUNm=0..100%", "uptake(gln__L)=0..2", folders=[conditions])
    both, scarce = sorted((r for r in found.regions if r.share > 0.01), key=lambda r: r.name)
    assert "GLS" in both.name
    assert both.slope_x == pytest.approx(-0.01)
    assert both.slope_y == 0
    assert scarce.name == "gln__L"
    assert scarce.slope_y == pytest.approx(1.0)
    # 1 - x/100 = y is where they meet
    assert scarce.share == pytest.approx(0.25)
    assert both.share == pytest.approx(0.75)
    assert found.at(50, 0.25).growth == pytest.approx(0.25)
    assert found.at(50, 0.25).region == "gln__L"
    assert found.at(50, 2).growth == pytest.approx(0.5)
    assert found.at(50, 2).region == both.name
    corners = {tuple(c) for c in np.round(scarce.polygons[0], 6).tolist()}
    assert corners == {(0, 0), (100, 0), (0, 1)}


def test_demands_come_first(model, conditions):
    """2 ATP are needed to live: 1 of glucose without oxygen."""
    found = fx.phase_plane(
        model, "plenty", "uptake(glc__D)=0..4", "uptake(gln__L)=0..2", [fx.set_field("oxygen=0%")],
        folders=[conditions],
    )  # fmt: skip
    dead = next(r for r in found.regions if r.kind == "not viable")
    assert dead.share == pytest.approx(0.25)
    assert found.at(0.5, 1).region == "not viable"
    assert found.at(0.5, 1).growth == 0
    grows = [r for r in found.regions if r.kind == "growth" and r.slope_x]
    assert any(r.slope_x == pytest.approx(0.1) for r in grows)  # 2 ATP for 20


@pytest.mark.parametrize(
    ("x", "y", "at", "change"),
    [
        ("GLS=0..100%", "oxygen=0..21%", (80, 2), [fx.inhibit("GLS=80%"), fx.set_field("oxygen=2%")]),
        ("GLS=0..100%", "oxygen=0..30%", (80, 25), [fx.inhibit("GLS=80%"), fx.set_field("oxygen=25%")]),
        ("SLC7A11=0..100%", "uptake(gln__L)=0..0.5", (95, 0.02),
         [fx.inhibit("SLC7A11=95%"), fx.set_field("uptake.gln__L=0.02 mmol/gDW/h")]),
        ("upper(PDHm)=0..1", "uptake(glc__D)=0..1", (0.001, 0.2),
         [fx.set_field("bounds.PDHm={upper: 0.001, unit: mmol/gDW/h}"),
          fx.set_field("uptake.glc__D=0.2 mmol/gDW/h")]),
        ("NADH2_u10mi=0..100%", "uptake(asp__L)=0..1", (99, 0.01),
         [fx.inhibit("NADH2_u10mi=99%"), fx.set_field("uptake.asp__L=0.01 mmol/gDW/h")]),
    ],
)  # fmt: skip
def test_an_axis_means_what_the_change_means(x, y, at, change):
    found = fx.phase_plane(None, "normoxia", x, y, thermo=False)
    expected = fx.predict(None, "normoxia", change, ["growth"], members=0, thermo=False).growth
    assert found.at(*at).growth == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_oxygen_in_percent_is_what_reaches_the_medium():
    found = fx.phase_plane(None, "normoxia", "oxygen=0..30%", "GLS=0..100%")
    assert found.at(19, 50).growth == found.at(20.5, 50).growth
    x = np.concatenate([np.array(p)[:, 0] for r in found.regions for p in r.polygons])
    assert x.max() == pytest.approx(30)
    assert sum(r.share for r in found.regions) == pytest.approx(1.0)
    for region in found.regions:
        for polygon in region.polygons:
            corners = np.array(polygon)
            for x_, y_ in [corners.mean(axis=0)]:
                if region.kind == "growth":
                    assert found.at(x_, y_).growth <= region.high + 1e-9


def test_what_has_no_effect_is_said():
    found = fx.phase_plane(None, "normoxia", "GLS=0..50%", "oxygen=0..21%")
    assert any("growth does not depend on GLS anywhere" in n for n in found.notes)
    assert not any("depend on oxygen" in n for n in found.notes)
    assert all(r.slope_x == 0 for r in found.regions if r.kind == "growth")


def test_a_cell_that_is_dead_everywhere():
    dead = fx.set_field("demands.ATP_maintenance=500 mmol/gDW/h")
    found = fx.phase_plane(None, "normoxia", "GLS=0..100%", "oxygen=0..21%", [dead])
    assert [r.kind for r in found.regions] == ["not viable"]
    assert found.regions[0].share == pytest.approx(1.0)
    assert found.at(10, 10).growth == 0
    assert found.growth == 0
    assert not found.grid(5, 5)[2].any()


def test_loads_that_cannot_be_applied_are_a_region_of_their_own():
    found = fx.phase_plane(None, "normoxia", "uptake(glc__D)=0..0.4", "oxygen=0..0.4 mmol/gDW/h")
    region = next(r for r in found.regions if r.kind == "loads unapplied")
    polygon = max((np.array(p) for p in region.polygons), key=area)
    x, y = polygon.mean(axis=0).tolist()
    assert found.at(x, y).region == "loads unapplied"
    changes = [fx.set_field(f"uptake.glc__D={x!r} mmol/gDW/h"),
               fx.set_field(f"bounds.EX_o2_e={{lower: {-y!r}, unit: mmol/gDW/h}}")]  # fmt: skip
    own = fx.predict(None, "normoxia", changes, ["growth"], members=0, thermo=False)
    assert found.at(x, y).growth == pytest.approx(own.growth, abs=1e-9)
    assert any("not every load" in n for n in found.notes)


@pytest.mark.parametrize(
    ("x", "y", "change"),
    [
        ("ATF4=0..1", "SLC7A11=0..100%",
         lambda a, b: [fx.set_field(f"regulators.ATF4={a}"), fx.inhibit(f"SLC7A11={b}%")]),
        ("uptake(gln__L)=0..0.1", "HIF1A=0..1",
         lambda a, b: [fx.set_field(f"uptake.gln__L={a} mmol/gDW/h"), fx.set_field(f"regulators.HIF1A={b}")]),
        ("medium(gln__L)=0..0.2 mM", "GLS=0..100%",
         lambda a, b: [fx.set_field(f"medium.gln__L={a} mM"), fx.inhibit(f"GLS={b}%")]),
        ("ATF4=0..1", "oxygen=0..2%",
         lambda a, b: [fx.set_field(f"regulators.ATF4={a}"), fx.set_field(f"oxygen={b}%")]),
    ],
)  # fmt: skip
def test_bounds_of_an_axis_that_is_not_affine_hold(x, y, change):
    found = fx.phase_plane(None, "normoxia", x, y, thermo=False, levels=4)
    rng = np.random.default_rng(3)
    exact = [line.level for line in found.source.bands.lines]
    across = found.source.bands.across
    for k in range(14):
        at = [rng.uniform(a.low, a.high) for a in (found.x, found.y)]
        if k < 4:
            at[across] = exact[k % len(exact)]
        at = [float(f"{v:.6g}") for v in at]
        own = fx.predict(None, "normoxia", change(*at), ["growth"], members=0, thermo=False).growth
        point = found.at(*at)
        assert point.low - 1e-9 <= own <= point.high + 1e-9
        assert point.high - point.low <= found.gap + 1e-9
        assert point.low <= point.growth <= point.high
    assert sum(r.share for r in found.regions) == pytest.approx(1.0, abs=1e-6)
    assert all((r.slope_x, r.slope_y)[across] is None for r in found.regions)
    assert any("does not move bounds in proportion" in n for n in found.notes)


def test_more_levels_leave_less_of_a_gap():
    """Lines are exact: with a level on it, nothing is left to guess."""
    few, many = (fx.phase_plane(None, "normoxia", "ATF4=0..1", "SLC7A11=0..100%", levels=n) for n in (2, 9))
    assert many.gap < 0.5 * few.gap
    assert len(many.source.bands.lines) == 9
    level = many.source.bands.lines[4].level
    line = fx.phase_plane(None, "normoxia", "GLS=0..1%", "SLC7A11=0..100%",
                          [fx.set_field(f"regulators.ATF4={level}")])  # fmt: skip
    for lost in (0.0, 40.0, 75.0, 90.0):
        own, bounds = line.at(0, lost), many.at(level, lost)
        assert bounds.growth == pytest.approx(own.growth, rel=1e-6, abs=1e-9)
        if own.region not in ("not viable", "loads unapplied"):
            assert bounds.low == bounds.high


def test_an_axis_that_is_not_affine_without_effect():
    found = fx.phase_plane(None, "normoxia", "medium(ser__L)=0.2..1 mM", "oxygen=5..21%")
    assert found.gap <= 1e-9
    assert any("does not depend on medium(ser__L)" in n for n in found.notes)


@pytest.mark.parametrize(
    ("x", "y", "code"),
    [
        ("GLS", "oxygen=0..21%", "FM550"),
        ("GLS=0-100%", "oxygen=0..21%", "FM550"),
        ("flux(GLUNm)=0..1", "oxygen=0..21%", "FM550"),
        (3, "oxygen=0..21%", "FM550"),
        ("GLS=0..1", "oxygen=0..21%", "FM552"),
        ("GLS=0..1 mM", "oxygen=0..21%", "FM552"),
        ("GLS=0..100%", "oxygen=0..21", "FM552"),
        ("GLS=0..100%", "uptake(gln__L)=0..1 mM", "FM552"),
        ("GLS=0..100%", "uptake(gln__L)=0..1 furlong", "FM552"),
        ("GLS=0..100%", "translation=0..1", "FM552"),
        ("GLS=100..0%", "oxygen=0..21%", "FM553"),
        ("GLS=50..50%", "oxygen=0..21%", "FM553"),
        ("GLS=0..101%", "oxygen=0..21%", "FM553"),
        ("GLS=0..100%", "oxygen=0..120%", "FM553"),
        ("GLS=0..100%", "oxygen=-1..21%", "FM553"),
        ("GLS=0..100%", "uptake(gln__L)=-1..0", "FM553"),
        ("GLS=0..100%", "oxygen=19..21%", "FM553"),
        ("GLS=0..100%", "GLS=0..50%", "FM554"),
        ("GLS=0..100%", "GLUNm=0..100%", "FM554"),
        ("oxygen=0..21%", "uptake(o2)=0..1", "FM554"),
        ("NFE2L2=0..1", "oxygen=0..21%", "FM551"),
        ("GLS=0..100%", "uptake(gln)=0..1", "FM551"),
        ("GLS=0..100%", "upper(PDH)=0..1", "FM551"),
        ("GLSS=0..100%", "oxygen=0..21%", "FM502"),
        ("GLS=0..100%", "pool=0..1", "FM556"),
        ("ATF4=0..1", "HIF1A=0..1", "FM555"),
        ("ATF4=0..1", "medium(gln__L)=0..1 mM", "FM555"),
        ("ATF4=0..100%", "oxygen=0..21%", "FM552"),
        ("ATF4=0..2", "oxygen=0..21%", "FM553"),
        ("medium(gln__L)=0..1", "oxygen=0..21%", "FM552"),
        ("medium(gln)=0..1 mM", "oxygen=0..21%", "FM551"),
        ("medium(cysi__L)=0..0.2 mM", "oxygen=0..21%", "FM556"),
    ],
)
def test_bad_input(x, y, code):
    with pytest.raises(InputError, match=code):
        fx.phase_plane(None, "normoxia", x, y)


def test_both_axes_are_told_at_once():
    with pytest.raises(DomainError) as error:
        parse_axes("GLS=0..1", "oxygen=21..0%")
    assert [p.code for p in error.value.problems] == ["FM552", "FM553"]
    with pytest.raises(InputError) as error:
        fx.phase_plane(None, "normoxia", "GLSS=0..100%", "uptake(gln)=0..1")
    assert [p.code for p in error.value.problems] == ["FM502", "FM551"]


def test_what_does_not_move_here(model, conditions):
    with pytest.raises(DomainError, match=r"FM556.*stirred"):
        fx.phase_plane(model, "plenty", "GLS=0..100%", "oxygen=0..21%", folders=[conditions])
    with pytest.raises(DomainError, match=r"FM556.*formalism fba"):
        fx.phase_plane(None, "normoxia", "GLS=0..100%", "oxygen=0..21%", formalism="fba")
    fixed = fx.set_field("bounds.EX_o2_e={lower: -1, unit: mmol/gDW/h}")
    with pytest.raises(DomainError, match=r"FM556.*bound of its own"):
        fx.phase_plane(None, "normoxia", "GLS=0..100%", "oxygen=0..21%", [fixed])
    with pytest.raises(ConditionError):
        fx.phase_plane(None, "nowhere", "GLS=0..100%", "oxygen=0..21%")


def test_points_and_grids_are_checked():
    found = fx.phase_plane(None, "normoxia", "GLS=0..50%", "oxygen=5..21%")
    for x, y in ((60, 10), (10, 4), (float("nan"), 10)):
        with pytest.raises(DomainError, match="FM557"):
            found.at(x, y)
    for n in (1, 2.5):
        with pytest.raises(InputError):
            fx.phase_plane(None, "normoxia", "GLS=0..50%", "ATF4=0..1", levels=n)
    for n in (1, 2.5, True):
        with pytest.raises(DomainError, match="FM557"):
            found.grid(n, 5)
    x, y, growth = found.grid(3, 4)
    assert (x.shape, y.shape, growth.shape) == ((3,), (4,), (4, 3))
    assert growth[2, 1] == pytest.approx(found.at(x[1], y[2]).growth)
    assert set(found.table.columns) >= {"kind", "name", "share", "slope_x"}


def test_members_are_asked_at_points():
    x, y = "SLC7A11=0..100%", "uptake(gln__L)=0..0.1"
    one, two = (fx.phase_plane(None, "normoxia", x, y, members=26, workers=n) for n in (1, 2))
    shares = one.members
    assert shares.to_dict() == two.members.to_dict()
    assert shares.viable.shape == shares.half.shape == (9, 9)
    assert np.all(shares.half <= shares.viable + 1e-12)
    assert shares.half[8, 0] == 1.0  # as it is, but for glutamine of which there is enough
    assert shares.half[0, 8] == 0.0
    # a point of the grid, asked in another way
    lost, limit = float(shares.x[6]), float(shares.y[2])
    own = fx.predict(None, "normoxia", [], ["growth"], members=26, thermo=False).members.growth
    changes = [fx.inhibit(f"SLC7A11={lost}%"), fx.set_field(f"uptake.gln__L={limit!r} mmol/gDW/h")]
    there = fx.predict(None, "normoxia", changes, ["growth"], members=26, thermo=False).members.growth
    grows = own > 1e-9
    assert shares.members == grows.sum()
    assert shares.half[2, 6] == pytest.approx(np.mean((there >= own / 2)[grows]))
    with pytest.raises(DomainError, match="FM558"):
        fx.phase_plane(None, "normoxia", "ATF4=0..1", y, members=4)


def test_growth_is_reached_without_loops(model, conditions):
    found = fx.phase_plane(None, "normoxia", "SLC7A11=0..100%", "uptake(gln__L)=0..0.5", loopless=True)
    assert any("at 3 of 3 sampled points" in n and "without loops" in n for n in found.notes)
    # a way out for oxygen that has to carry 0.5: with the way in it is a loop
    back = parse_change({"do": "add_reaction", "id": "BACK", "equation": "o2_c --> o2_e",
                         "lower": 0.5, "upper": 1000, "unit": "mmol/gDW/h"})  # fmt: skip
    axes = "uptake(glc__D)=1..4", "uptake(gln__L)=0..2"
    found = fx.phase_plane(model, "plenty", *axes, [back], folders=[conditions], loopless=True)
    loops = found.source.loops
    assert loops.points == len(loops.looped) > 0
    assert all({"BACK", "O2t"} == set(x.reactions) and x.without is None for x in loops.looped)
    assert any(f"at 0 of {loops.points} sampled points" in n for n in found.notes)
    with pytest.raises(DomainError, match="FM558"):
        fx.phase_plane(None, "normoxia", "ATF4=0..1", "GLS=0..100%", loopless=True)


def test_units_of_an_axis():
    assert parse_axis("uptake(gln__L)=0..500 umol/gDW/h").high == pytest.approx(0.5)
    assert parse_axis("oxygen = 0 .. 21 percent").high == 21
    assert parse_axis("CB-839=10..90%").name == "CB-839"
    assert parse_axis("lower(GLUDxi)=-1..-.5").high == -0.5


def test_the_command(tmp_path):
    asked = ("plane", "normoxia", "--x", "SLC7A11=0..100%", "--y", "uptake(gln__L)=0..0.5")
    shown = command(*asked, cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "not viable" in shown.stdout
    assert "of uptake(gln__L)" in shown.stdout
    data = json.loads(command(*asked, "--json", "--grid", "5", cwd=tmp_path).stdout)
    assert data["schema"] == "fluxmodel.plane/1"
    assert np.array(data["grid"]["growth"]).shape == (5, 5)
    assert data["regions"][0]["polygons"][0]
    table = command(*asked, "--csv", cwd=tmp_path).stdout.splitlines()
    assert table[0] == "kind,name,share,low,high,slope_x,slope_y,corners"
    points = command(*asked, "--csv", "--grid", "3", cwd=tmp_path).stdout.splitlines()
    assert len(points) == 10
    assert points[0] == "x,y,growth,low,high"
    quiet = command(*asked, "--quiet", cwd=tmp_path).stdout
    assert quiet.startswith("normoxia: growth over SLC7A11 inhibited [%]")
    dry = command(*asked, "--dry-run", cwd=tmp_path)
    assert "solve normoxia" in dry.stdout
    wrong = command(*asked, "--grid", "1", "--solver", "x", cwd=tmp_path)
    assert wrong.returncode == 2
    assert "FM557" in wrong.stderr
    assert "FM111" in wrong.stderr
