"""What a layout fills in: its design, colours, logo and words, as frozen in the snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from certificates.drawing import artwork
from certificates.drawing.artwork import Colour, Palette, colour

REFERENCE, CALM, BANNER = "reference", "calm", "banner"
WHITE = colour("#ffffff")


@dataclass(frozen=True)
class Look:
    """Without a colour of its own a layout takes those of the course's cover."""

    design: str
    own: Colour | None
    accent: Colour | None
    logo: str
    palette: Palette

    @classmethod
    def of(cls, snapshot: dict[str, Any]) -> Look:
        """Snapshots of the first version know of no layout: they were drawn as the reference design."""
        layout = snapshot.get("layout") or {"design": REFERENCE, "colour": None, "accent": None, "logo": None}
        own = colour(layout["colour"]) if layout["colour"] else None
        accent = colour(layout["accent"]) if layout["accent"] else None
        palette = artwork.palette(snapshot["cover"])
        if own:
            palette = Palette(own, Palette(own, WHITE, WHITE).faded(0.84), palette.accent)
        return cls(layout["design"], own, accent, layout["logo"] or "", palette)

    @property
    def quiet_on_ground(self) -> Colour:
        """For small letters on the ground. Whether a tint of a colour of one's own can be read nobody knows."""
        return WHITE if self.own else self.palette.line
