"""Validation: evidence asked of the model, judged, scored, and put beside baselines and nulls."""
