"""The designs: how a certificate looks. Each is code, with the same structure and the same words; a layout fills it in.

A design that is changed would change what was issued. So one is never changed in what it draws: a new look is a new
design.
"""

from certificates.drawing.designs import banner, calm, reference
from certificates.drawing.designs.design import Design
from certificates.drawing.look import BANNER, CALM, REFERENCE

__all__ = ["DESIGNS", "Design"]

DESIGNS: dict[str, Design] = {REFERENCE: reference.DESIGN, CALM: calm.DESIGN, BANNER: banner.DESIGN}
