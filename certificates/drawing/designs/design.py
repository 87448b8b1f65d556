"""What a design is: where text may stand, and what is drawn round it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from certificates.drawing.typesetting import Block, Frame, Sheet
from certificates.drawing.wording import Facts


@dataclass(frozen=True)
class Design:
    """``main`` is tried at several scales and with more or less air; ``decorate`` draws what is always there."""

    page: tuple[float, float]
    front: Frame
    back: Frame
    main: Callable[[Facts, float, float], Block]
    foot: Callable[[Facts], Block]
    decorate: Callable[[Sheet, Facts], None]
    decorate_back: Callable[[Sheet, Facts], None]
    turns_the_page: bool = False  # always: what it states stands behind, however little it is
