"""Why a logo is not taken, in words for who uploaded it."""

from __future__ import annotations

from django.utils.translation import gettext as _


class LogoRefused(ValueError):
    """The text is for people."""

    @classmethod
    def too_large(cls) -> LogoRefused:
        return cls(_("This logo is larger than 300 kB. Save a smaller one."))

    @classmethod
    def unknown(cls) -> LogoRefused:
        return cls(_("This is no SVG or PNG file. Save the logo as SVG, or else as PNG."))

    @classmethod
    def damaged(cls) -> LogoRefused:
        return cls(_("This file cannot be read. Save the logo once more and upload it again."))

    @classmethod
    def too_rich(cls) -> LogoRefused:
        return cls(_("This logo has too many details to print small. Use a simpler version of it."))

    @classmethod
    def has(cls, what: str) -> LogoRefused:
        return cls(
            _(
                "This SVG has something that cannot be printed: %(what)s. "
                "Save it with texts as outlines and in plain colours, or upload a PNG."
            )
            % {"what": what}
        )

    @classmethod
    def too_long(cls) -> LogoRefused:
        return cls(
            _("This logo is more than eight times as wide as high, or the other way round. Use another version.")
        )
