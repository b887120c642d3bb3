"""The fixtures of the toy cell."""

from tests.analysis.conftest import arm, conditions, model, model_folder

__all__ = ["arm", "conditions", "model", "model_folder"]
