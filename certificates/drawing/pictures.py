"""Logos on paper: a drawing in PDF operators or a small picture, kept by the hash of its content.

How an upload becomes one of these is ``certificates.logos``; here it is only fitted into its box.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportlab.lib.utils import ImageReader

from certificates.drawing.tagging import write

if TYPE_CHECKING:
    from certificates.drawing.typesetting import Sheet


@dataclass(frozen=True)
class Picture:
    """``content`` is a PNG without transparency, or operators in a space of this size with y up."""

    content: bytes
    is_drawing: bool
    width: float
    height: float

    def fitted(self, width: float, height: float) -> tuple[float, float]:
        """As large as the box allows, in its own proportions."""
        scale = min(width / self.width, height / self.height)
        return self.width * scale, self.height * scale

    def draw(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        """From its lower left corner, inside whatever mark is open."""
        if self.is_drawing:
            scale = f"{width / self.width:.6f} 0 0 {height / self.height:.6f} {x:.2f} {y:.2f} cm"
            write(sheet.canvas, f"q {scale}\n{self.content.decode('ascii')}\nQ")
        else:
            sheet.canvas.drawImage(ImageReader(io.BytesIO(self.content)), x, y, width, height)
