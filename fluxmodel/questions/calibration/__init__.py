"""What `calibrate` reads and what it gives: tables of rates, the cell and its audit."""

from fluxmodel.questions.calibration.result import CONTRADICTION, AuditRow, Calibration, RateRow

__all__ = ["CONTRADICTION", "AuditRow", "Calibration", "RateRow"]
