"""Colours that can be read on paper."""

from __future__ import annotations

import re

# WCAG 2.2: 4.5 for text (1.4.3), 3 for lines and marks (1.4.11).
TEXT_CONTRAST, ACCENT_CONTRAST = 4.5, 3.0


def is_colour(code: str) -> bool:
    return re.fullmatch(r"#[0-9a-fA-F]{6}", code) is not None


def contrast_with_white(code: str) -> float:
    """By WCAG's formula: 1 for white on white, 21 for black."""
    red, green, blue = (_light(int(code[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _light(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
