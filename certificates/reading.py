"""A snapshot read for a page: the same words as on paper, in one language. No model is asked, only what was frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from certificates.drawing.wording import WORDS, Bilingual, Facts
from certificates.numbers import grouped
from lms.kernel.languages import current_language


@dataclass(frozen=True)
class Skill:
    """A skill with the framework it comes from; a label alone says little to whoever compares."""

    label: str
    source: str
    uri: str


@dataclass(frozen=True)
class Reading:
    """What a certificate says, in the active language."""

    number: str
    kind: str
    kind_said: str
    name: str
    title: str
    other_title: str
    other_language: str
    code: str
    edition_code: str
    declares: str
    achieved: str
    issuer: str
    provider: str
    period: str
    issued_on: date
    expires_on: date | None
    workload: str
    level: str
    assessment: str
    form: str
    outcomes_heading: str
    outcomes: list[str]
    skills_heading: str
    skills: list[Skill]
    parts: list[str]
    elements: list[tuple[str, list[str]]]
    signatories: list[tuple[str, str]]
    funding: str
    cover: int
    is_sealed: bool
    verify_url: str


def reading_of(snapshot: dict[str, Any]) -> Reading:
    """Read one snapshot."""
    language = current_language()
    other_language = "en" if language == "nl" else "nl"
    facts = Facts(snapshot)

    def said(text: Bilingual) -> str:
        return text[language] or text[other_language]

    funding = snapshot["funding"]["statement"]
    expires_on = snapshot["expires_on"]
    return Reading(
        number=grouped(snapshot["number"]),
        kind=facts.kind,
        kind_said=said(WORDS[facts.kind]),
        name=snapshot["learner"]["name"],
        title=said(facts.title),
        other_title=facts.title[other_language] if facts.title[other_language] != said(facts.title) else "",
        other_language=other_language,
        code=snapshot["course"]["code"],
        edition_code=snapshot["edition"]["code"],
        declares=said(facts.declares),
        achieved=said(facts.achieved),
        issuer=snapshot["issuer"]["name"],
        provider=facts.provider,
        period=said(facts.period),
        issued_on=date.fromisoformat(snapshot["issued_on"]),
        expires_on=date.fromisoformat(expires_on) if expires_on else None,
        workload=said(facts.total),
        level=said(facts.level),
        assessment=said(facts.assessment),
        form=said(WORDS[snapshot["participation"]["form"]]),
        outcomes_heading=said(WORDS[f"outcomes-{facts.kind}"]),
        outcomes=[said(outcome) for outcome in snapshot["outcomes"]],
        skills_heading=said(WORDS[f"skills-{facts.kind}"]),
        skills=[
            Skill(
                label=said(skill["label"]),
                source=" ".join(filter(None, (skill["framework"], skill["code"], skill["level"]))),
                uri=skill["uri"],
            )
            for skill in snapshot["skills"]
        ],
        parts=[said(part["title"]) for part in snapshot.get("parts", [])],
        elements=[
            (said(heading), [said(value) for value in values if said(value)] or [said(WORDS["none"])])
            for heading, values in facts.elements
        ],
        signatories=[(said(one["role"]), one["name"]) for one in snapshot["signatories"] if one["name"] or one["role"]],
        funding=said(funding) if funding else "",
        cover=snapshot["cover"],
        is_sealed=bool(snapshot["seal"]),
        verify_url=snapshot["verify_url"],
    )
