"""Measurements, run by hand: each file prints its figures and exits 1 if a promise is broken."""
