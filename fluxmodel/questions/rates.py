"""The former place of the rows of a table, from which the benchmarks take them."""

from fluxmodel.questions.calibration.lines import Line, number_of, read_lines

__all__ = ["Line", "number_of", "read_lines"]
