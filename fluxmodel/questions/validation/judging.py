"""From the predictions of two arms to the judgement of a claim."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fluxmodel.analysis.shares import Shares, shares
from fluxmodel.analysis.verdict import Constants, change
from fluxmodel.errors import FluxmodelError
from fluxmodel.evidence.judged import Judged
from fluxmodel.evidence.rows import Claim, Row
from fluxmodel.lp.sparse import Floats
from fluxmodel.questions.compare import changed
from fluxmodel.questions.prediction import Prediction

#: What an arm came out as.
Answer = Prediction | FluxmodelError
_WORDS = {1: "up", 0: "unchanged", -1: "down"}
#: A change in the claimed direction that is less than claimed.
SMALL = ", too little"


def judge(row: Row, claim: Claim, arms: Mapping[str, Answer], constants: Constants) -> Judged:
    """Judge a claim.

    Parameters
    ----------
    row : Row
    claim : Claim
    arms : mapping of str to Prediction or FluxmodelError
        Every arm that the claim needs.
    constants : Constants
    """
    found: dict[str, Prediction] = {}
    for name in claim.arms:
        arm = arms[name]
        if isinstance(arm, FluxmodelError):
            return Judged(row, claim, "", why=f"arm {name}: {arm}")
        found[name] = arm
    if claim.against is None:
        return _absolute(row, claim, found[claim.of], constants)
    if claim.per is not None:
        return _effect(row, claim, found, constants)
    return _change(row, claim, found[claim.of], found[claim.against], constants)


def place(prediction: Prediction, observable: str) -> int:
    """Where an observable stands in a prediction."""
    texts = [r.observable.text for r in prediction.rows]
    return texts.index(" ".join(observable.split()))


def _change(row: Row, claim: Claim, of: Prediction, against: Prediction, constants: Constants) -> Judged:
    j, k = place(against, claim.observable), place(of, claim.observable)
    said = changed(against, of, (j, k), constants)
    v = said.verdict
    certain: str = v.direction if v.certain else ""
    predicted: str = v.point
    if claim.ratio_above is not None or claim.ratio_below is not None:
        predicted = _limited(claim, predicted, _ratio(said.before, said.after))
        if certain == claim.verdict and of.members is not None and against.members is not None:
            a, b = against.members, of.members
            low = _ratios(a.high[:, j], b.low[:, k])
            high = _ratios(a.low[:, j], b.high[:, k])
            certain = _certainly_limited(claim, certain, low, high, constants)
        elif certain == claim.verdict and predicted != certain:
            certain = ""
    why = v.why or _dead(of, against)
    unit = of.rows[k].observable.unit
    return Judged(row, claim, predicted, certain, v.share, said.after, said.before, unit, why)


def _effect(row: Row, claim: Claim, arms: Mapping[str, Prediction], constants: Constants) -> Judged:
    """Growth of each arm relative to its own untreated one, the first against the second."""
    assert claim.per is not None
    assert claim.against is not None
    names = (claim.of, claim.per.of, claim.against, claim.per.against)
    of, of0, against, against0 = (arms[n] for n in names)
    value = _ratio(of0.growth_or_none, of.growth_or_none)
    reference = _ratio(against0.growth_or_none, against.growth_or_none)
    if value is None or reference is None:
        return Judged(row, claim, "undetermined", why="an untreated arm does not grow", unit="1")
    direction = change(reference, value, constants)
    predicted, certain = _WORDS[direction], _WORDS[direction]
    share: float | None = None
    members = [arms[n].members for n in names]
    if all(m is not None and len(m) for m in members):
        a, a0, b, b0 = (m.growth for m in members if m is not None)
        with np.errstate(invalid="ignore", divide="ignore"):
            x, y = np.where(b0 > 0, b / b0, np.nan), np.where(a0 > 0, a / a0, np.nan)
        voted = shares(x, x, y, y, constants)
        certain, share = _vote(voted, constants)
    elif of.points_only:
        certain = ""
    limited = _limited(claim, predicted, _ratio(reference, value))
    if certain == claim.verdict and limited != predicted:
        certain = ""
    return Judged(row, claim, limited, certain, share, value, reference, "1")


def _absolute(row: Row, claim: Claim, of: Prediction, constants: Constants) -> Judged:
    """The value in one arm against a number."""
    k = place(of, claim.observable)
    reported, than = of.rows[k], claim.than
    assert than is not None
    unit = reported.observable.unit
    if reported.value is None:
        why = reported.range.why or _dead(of) or "no value"
        return Judged(row, claim, "undetermined", unit=unit, why=why)
    predicted = "above" if reported.value > than else "below"
    low, high = reported.range.low, reported.range.high
    certain, share = "", None
    if of.members is not None and len(of.members):
        lows, highs = of.members.low[:, k], of.members.high[:, k]
        above, below = float(np.mean(lows > than)), float(np.mean(highs < than))
        share = max(above, below)
        if share >= constants.certain_share:
            certain = "above" if above >= below else "below"
    elif of.points_only:
        pass
    elif low is not None and low > than:
        certain = "above"
    elif high is not None and high < than:
        certain = "below"
    return Judged(row, claim, predicted, certain, share, reported.value, than, unit)


def _vote(voted: Shares, constants: Constants) -> tuple[str, float]:
    direction, share = voted.leading
    sure = direction != "undetermined" and share >= constants.certain_share
    return (direction if sure else ""), share


def _ratio(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None or before <= 0 else after / before


def _ratios(before: Floats, after: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(before > 0, after / before, np.nan)


def _within(claim: Claim, ratio: float | None) -> bool:
    if ratio is None:
        return False
    above = claim.ratio_above is None or ratio > claim.ratio_above
    return above and (claim.ratio_below is None or ratio < claim.ratio_below)


def _limited(claim: Claim, predicted: str, ratio: float | None) -> str:
    """The direction, or that it is right but too small."""
    asked = claim.ratio_above is not None or claim.ratio_below is not None
    return (
        predicted + SMALL if asked and predicted == claim.verdict and not _within(claim, ratio) else predicted
    )


def _certainly_limited(claim: Claim, certain: str, low: Floats, high: Floats, constants: Constants) -> str:
    """What is certain of a change that must have a size: that it has it, that it has not, or nothing."""
    top = np.inf if claim.ratio_below is None else claim.ratio_below
    bottom = -np.inf if claim.ratio_above is None else claim.ratio_above
    if np.mean((low > bottom) & (high < top)) >= constants.certain_share:
        return certain
    if np.mean((high <= bottom) | (low >= top)) >= constants.certain_share:
        return certain + SMALL
    return ""


def _dead(*arms: Prediction) -> str:
    return "; ".join(f"{a.label}: {a.outcome}" for a in arms if a.outcome.value != "optimal")
