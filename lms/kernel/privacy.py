"""The registry of personal data: each app's ``privacy.py`` declares every model it keeps, from here the rest is read.

A model that holds nothing about persons is declared too, with no fields: silence would not tell it from an oversight.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models


@dataclass(frozen=True)
class Declaration:
    """What one model keeps about persons, why, on which ground (GDPR art. 6) and for how long."""

    model: type[models.Model]
    personal: tuple[str, ...]
    purpose: str
    ground: str
    keep: str


REGISTER: dict[type[models.Model], Declaration] = {}


def declare(
    model: type[models.Model],
    *,
    personal: Sequence[str] = (),
    purpose: str = "",
    ground: str = "",
    keep: str = "",
) -> None:
    """Enter a model into the register; purpose, ground and term are required as soon as a field is personal."""
    if personal and not (purpose and ground and keep):
        raise ValueError(f"{model.__name__} keeps personal data without saying why, on what ground or how long.")
    unknown = set(personal) - {field.name for field in model._meta.get_fields()}
    if unknown:
        raise ValueError(f"{model.__name__} has no field {', '.join(sorted(unknown))}.")
    REGISTER[model] = Declaration(model, tuple(personal), purpose, ground, keep)
