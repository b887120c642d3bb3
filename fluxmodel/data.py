"""The one data locator: where the packaged models and conditions are."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def root() -> Path:
    """Folder that holds ``models/`` and ``conditions/``.

    Inside an installed wheel this is ``fluxmodel/_data``; in an editable install it is the
    checkout itself, so that an edited table is seen at once.
    """
    packaged = _PACKAGE / "_data"
    return packaged if packaged.is_dir() else _PACKAGE.parent


def models() -> Path:
    """Folder of the packaged models."""
    return root() / "models"


def conditions() -> Path:
    """Folder of the packaged conditions, media and cells."""
    return root() / "conditions"
