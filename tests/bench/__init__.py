"""Measurements: ``make bench``. They print, they never judge: a clock has no place in a test."""
