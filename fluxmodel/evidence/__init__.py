"""Published findings in a format of their own: arms, claims, sources."""

from fluxmodel.evidence.load import available_evidence, load_evidence, read_evidence
from fluxmodel.evidence.rows import ArmSpec, Citation, Claim, Evidence, Row

__all__ = [
    "ArmSpec",
    "Citation",
    "Claim",
    "Evidence",
    "Row",
    "available_evidence",
    "load_evidence",
    "read_evidence",
]
