"""Doses of several agents together: what they leave of each catalyst, as a function of the doses.

An agent is a drug, whose doses act through its potencies, or a target that is inhibited by a percentage,
whatever that takes. Agents that bind one site exclude each other there; all others act independently.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from fluxmodel.frozen import FrozenMap

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Binder:
    """A drug at a site.

    Parameters
    ----------
    drug : str
    dose : float
        mM; of a drug that is an agent it is not used.
    potency : float
        Dose that leaves half of the activity, mM, as far as nothing else is at the site.
    hill : float
    action : str
        What draws of the potency are shared over: catalysts that one row of the table hits.
    low, high : float
        Range of the potency, mM; equal to it where none is known.
    """

    drug: str
    dose: float
    potency: float
    hill: float
    action: str = ""
    low: float = math.nan
    high: float = math.nan

    @property
    def ranged(self) -> bool:
        """Whether a range of the potency is known."""
        return 0 < self.low < self.high


@dataclass(frozen=True, slots=True)
class Agent:
    """What doses are given of.

    Parameters
    ----------
    name : str
    unit : str
        Of its doses: mM of a drug, percent of a target.
    """

    name: str
    unit: str

    @property
    def is_drug(self) -> bool:
        """Whether it has doses, not percentages."""
        return self.unit != "percent"

    def fraction(self, doses: npt.ArrayLike) -> Floats:
        """Percentages as what they leave, in [0, 1]."""
        return np.clip(1.0 - np.asarray(doses, dtype=np.float64) / 100.0, 0.0, 1.0)


@dataclass(frozen=True)
class Exposure:
    """What some agents leave of catalysts, relative to what there is without them.

    Attributes
    ----------
    agents : tuple of Agent
    catalysts : tuple of str
        Those that any agent hits.
    sites : mapping of catalyst to tuple of tuple of Binder
        Drugs at each site of a catalyst, those that are no agents included.
    percents : mapping of catalyst to tuple of str
        Agents that take a percentage of it.

    Examples
    --------
    >>> gls = (Binder("CB-839", 0.0, 25e-6, 1.0), Binder("BPTES", 3e-3, 3e-3, 1.0))
    >>> e = Exposure((Agent("CB-839", "mM"),), ("GLS",), {"GLS": (gls,)}, {})
    >>> e.left(np.array([[0.0], [25e-6], [50e-6]])).tolist()  # BPTES holds half of the sites
    [[1.0], [0.6666666666666666], [0.5]]
    """

    agents: tuple[Agent, ...]
    catalysts: tuple[str, ...]
    sites: Mapping[str, tuple[tuple[Binder, ...], ...]]
    percents: Mapping[str, tuple[str, ...]]

    def __post_init__(self) -> None:
        object.__setattr__(self, "sites", FrozenMap(self.sites))
        object.__setattr__(self, "percents", FrozenMap(self.percents))

    def left(self, doses: npt.ArrayLike, shifts: Mapping[str, float] | None = None) -> Floats:
        """What combinations of doses leave.

        Parameters
        ----------
        doses : array_like, (n, n_agents)
            mM or percent; infinite doses leave nothing.
        shifts : mapping of action to float, optional
            Factors on potencies; 1 if left out.

        Returns
        -------
        ndarray, (n, n_catalysts)
        """
        given = np.asarray(doses, dtype=np.float64).reshape(-1, len(self.agents))
        place = {agent.name: k for k, agent in enumerate(self.agents)}
        found = np.ones((len(given), len(self.catalysts)))
        for c, catalyst in enumerate(self.catalysts):
            for name in self.percents.get(catalyst, ()):
                found[:, c] *= self.agents[place[name]].fraction(given[:, place[name]])
            for site in self.sites.get(catalyst, ()):
                already = 1.0 + math.fsum(_strength(b.dose, b, 1.0) for b in site if b.drug not in place)
                new = np.zeros(len(given))
                for b in site:
                    if b.drug in place:
                        shift = (shifts or {}).get(b.action, 1.0)
                        new += _strength(given[:, place[b.drug]], b, shift)
                found[:, c] *= already / (already + new)
        return found

    def only(self, agent: str) -> Exposure:
        """One of the agents, as if the others were not given; it may hit fewer of the catalysts."""
        others = {a.name for a in self.agents} - {agent}
        sites = {
            catalyst: tuple(tuple(b for b in site if b.drug not in others) for site in own)
            for catalyst, own in self.sites.items()
        }
        percents = {c: tuple(n for n in names if n == agent) for c, names in self.percents.items()}
        return self._of(agent, sites, percents)

    def beside(self, agent: str, dose: float, shifts: Mapping[str, float] | None = None) -> Exposure:
        """The other one of two agents, relative to what a dose of this one leaves."""
        (other,) = (a.name for a in self.agents if a.name != agent)
        sites = {
            catalyst: tuple(
                tuple(
                    replace(b, dose=dose, potency=b.potency * (shifts or {}).get(b.action, 1.0))
                    if b.drug == agent
                    else b
                    for b in site
                )
                for site in own
            )
            for catalyst, own in self.sites.items()
        }
        percents = {c: tuple(n for n in names if n == other) for c, names in self.percents.items()}
        return self._of(other, sites, percents)

    def _of(
        self,
        agent: str,
        sites: Mapping[str, tuple[tuple[Binder, ...], ...]],
        percents: Mapping[str, tuple[str, ...]],
    ) -> Exposure:
        own = next(a for a in self.agents if a.name == agent)
        return Exposure((own,), self.catalysts, sites, percents)

    def binders(self, agent: str) -> list[Binder]:
        """The drug at all its sites; empty of a percentage."""
        return [b for sites in self.sites.values() for site in sites for b in site if b.drug == agent]

    def actions(self) -> dict[str, tuple[float, float]]:
        """What is drawn: factors by which the potency of each action can be lower or higher."""
        return {
            b.action: (b.low / b.potency, b.high / b.potency)
            for agent in self.agents
            for b in self.binders(agent.name)
            if b.ranged
        }

    def law(self, agent: str, shifts: Mapping[str, float] | None = None) -> tuple[float, float] | None:
        """Potency and Hill slope of a drug where it is strongest, what else is at the site included.

        None of a percentage.
        """
        drugs = {a.name for a in self.agents}
        found = []
        for sites in self.sites.values():
            for site in sites:
                already = 1.0 + math.fsum(_strength(b.dose, b, 1.0) for b in site if b.drug not in drugs)
                found += [
                    (b.potency * (shifts or {}).get(b.action, 1.0) * already ** (1.0 / b.hill), b.hill)
                    for b in site
                    if b.drug == agent
                ]
        return min(found) if found else None

    def doses(self, agent: str, share: npt.ArrayLike, shifts: Mapping[str, float] | None = None) -> Floats:
        """Doses that take some shares of what the agent hits most, if no other agent is there.

        Parameters
        ----------
        agent : str
        share : array_like
            In [0, 1].
        shifts : mapping of action to float, optional
            Factors on potencies.
        """
        taken = np.asarray(share, dtype=np.float64)
        law = self.law(agent, shifts)
        if law is None:
            return 100.0 * taken
        with np.errstate(divide="ignore"):
            found: Floats = law[0] * (taken / (1.0 - taken)) ** (1.0 / law[1])
        return found

    def shares(self, agent: str, doses: npt.ArrayLike, shifts: Mapping[str, float] | None = None) -> Floats:
        """The reverse of `doses`."""
        given = np.asarray(doses, dtype=np.float64)
        law = self.law(agent, shifts)
        if law is None:
            return given / 100.0
        with np.errstate(over="ignore", divide="ignore"):
            inverse = (given / law[0]) ** -law[1]
        found: Floats = 1.0 / (1.0 + inverse)
        return found


def _strength(dose: npt.ArrayLike, binder: Binder, shift: float) -> Floats:
    with np.errstate(over="ignore"):
        found: Floats = (np.asarray(dose, dtype=np.float64) / (binder.potency * shift)) ** binder.hill
    return found


def drawn(actions: Mapping[str, tuple[float, float]], streams: Sequence[int]) -> dict[str, float]:
    """Factors on potencies, each drawn evenly on a log scale over its range.

    Parameters
    ----------
    actions : mapping of action to (float, float)
        As `Exposure.actions` gives them.
    streams : sequence of int
        Seed and number of the member: what is drawn for an action depends on these and its name alone.

    Examples
    --------
    >>> 0.2 <= drawn({"CB-839 on GLS": (0.2, 3.0)}, [1, 7])["CB-839 on GLS"] <= 3.0
    True
    """
    found = {}
    for action, (low, high) in actions.items():
        rng = np.random.default_rng([*streams, *action.encode()])
        found[action] = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    return found
