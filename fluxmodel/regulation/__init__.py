"""Regulation: from the activity of regulators and measured profiles to fold changes of genes and catalysts.

Numbers and names go in and out; the room knows no condition and no network.
"""

from fluxmodel.regulation.axes import Axes, FoldChange, read_axes
from fluxmodel.regulation.axes_rows import Basal, Target
from fluxmodel.regulation.folding import fold
from fluxmodel.regulation.profile import Profile, read_profile
from fluxmodel.regulation.protein import dilution, protein_ratio
from fluxmodel.regulation.regulated import factor
from fluxmodel.regulation.regulated_rows import Number, Regulated, read_regulated

__all__ = [
    "Axes",
    "Basal",
    "FoldChange",
    "Number",
    "Profile",
    "Regulated",
    "Target",
    "dilution",
    "factor",
    "fold",
    "protein_ratio",
    "read_axes",
    "read_profile",
    "read_regulated",
]
