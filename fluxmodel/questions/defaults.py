"""What is reported when nobody says what: the exchanges and enzymes that the usual questions turn on."""

from __future__ import annotations

from fluxmodel.analysis.observable import Observable, parse_observable
from fluxmodel.errors import ObservableError
from fluxmodel.network.model import Model

#: In the order of the report; those that a model lacks are left out.
OBSERVABLES = (
    "growth",
    "uptake(glc__D)",
    "uptake(gln__L)",
    "uptake(o2)",
    "uptake(cysi__L)",
    "secretion(lac__L)",
    "secretion(glu__L)",
    "secretion(ala__L)",
    "secretion(nh4)",
    "secretion(nh3)",
    "secretion(lac__L) / uptake(glc__D)",
    "flux(GLUNm)",
    "flux(GLUDxi)",
    "flux(ASPTAm)",
    "flux(ALATA_Lm)",
    "flux(PCm)",
    "flux(PDHm)",
    "flux(CSm)",
    "flux(AKGDm)",
    "flux(ICDHyr)",
    "flux(ICDHyrm)",
    "flux(ACITL)",
    "flux(ATPS4mi)",
    "flux(G6PDH2r)",
    "flux(PGCD)",
    "flux(GLUCYS)",
    "flux(GTHS)",
    "flux(CYSTGLUex)",
)


def default_observables(model: Model) -> tuple[Observable, ...]:
    """The observables of `OBSERVABLES` that a model knows."""
    found = []
    for text in OBSERVABLES:
        try:
            found.append(parse_observable(text, model))
        except ObservableError:
            continue
    return tuple(found)
