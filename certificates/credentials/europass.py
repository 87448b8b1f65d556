"""The certificate in the European Learning Model 3 (EuropeanDigitalCredential), as Europass and its tools read it.

A document of its own beside the Open Badge: the model is shaped after an older version of Verifiable Credentials. It is
not sealed (Europass asks for the qualified seal of an organisation), and says nothing that the snapshot does not.
Concepts are those of the Publications Office and of Europass; both languages stand in every text.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from uuid import UUID

from certificates.drawing.wording import WORDS, Bilingual, Facts

Snapshot = dict[str, Any]
Node = dict[str, Any]

CONTEXTS = ["https://www.w3.org/2018/credentials/v1", "http://data.europa.eu/snb/model/context/edc-ap"]
_SNB = "http://data.europa.eu/snb/"
_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_MAIN = "25831c2"  # how the schemes of Europass end
# Of the countries whose names we print; the Publications Office writes three letters.
_COUNTRIES = {"NL": ("NLD", "Netherlands"), "BE": ("BEL", "Belgium"), "DE": ("DEU", "Germany")}
_LANGUAGES = {"nl": ("NLD", "Dutch"), "en": ("ENG", "English")}
_FORMS = {
    "online": ("920fbb3cbe", "Online"),
    "blended": ("e92d221e4d", "Blended"),
    "onsite": ("9191af2ed9", "Presential"),
}
_NLQF = {5: "c_18c9e9fe", 1: "c_3e11a3fd", 2: "c_c749fa23", 3: "c_f97cdbb5", 4: "c_ff656b33", 6: "c_1711a061",
         7: "c_478359fc", 8: "c_2835a50f"}  # fmt: skip
_ECTS = ("6fcec5c5af", "European Credit Transfer System")


def can_be_written(snapshot: Snapshot) -> bool:
    """The model asks for the issuer's legal number and for a country of the European authority's list."""
    issuer = snapshot["issuer"]
    return bool(issuer["kvk_number"]) and issuer["country"] in _COUNTRIES


def european_credential(snapshot: Snapshot, *, identifier: UUID, issued: str, picture: bytes) -> Node:
    """The credential; ``issued`` is the moment as XML Schema writes it, ``picture`` a PNG that shows it."""
    facts = Facts(snapshot)
    kind = dict(WORDS[snapshot["kind"]])
    document = {
        "@context": CONTEXTS,
        "id": f"urn:uuid:{identifier}",
        "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
        "credentialSchema": {"id": f"{_SNB}model/ap/edc-generic-full", "type": "ShaclValidator2017"},
        "credentialProfiles": _concept("credential", "e34929035b", "Generic"),
        "identifier": {
            **_node("Identifier", "number"),
            "notation": snapshot["number"],
            "schemeName": WORDS["number"]["en"],
        },
        "issued": issued,
        "issuanceDate": issued,
        "validFrom": f"{snapshot['issued_on']}T00:00:00Z",
        "issuer": _organisation(snapshot),
        "displayParameter": _display(facts, kind, picture),
        "credentialSubject": {
            **_node("Person", "holder"),
            "fullName": {facts.language: snapshot["learner"]["name"]},  # once: the model allows no second
            "hasClaim": _achievement(facts),
        },
    }
    if expires := snapshot["expires_on"]:
        document["validUntil"] = f"{expires}T23:59:59Z"
    return document


# Parts ----------------------------------------------------------------------------------------------------------------


def _node(kind: str, name: str) -> Node:
    return {"id": f"urn:epass:{kind[0].lower()}{kind[1:]}:{name}", "type": kind}


def _concept(scheme: str, code: str, label: str) -> Node:
    """A concept of one of Europass's own lists."""
    return _entry(f"{_SNB}{scheme}/{code}", f"{_SNB}{scheme}/{_MAIN}", label)


def _listed(scheme: str, code: str, label: str) -> Node:
    """An entry of an authority table of the Publications Office."""
    return _entry(f"{_AUTHORITY}{scheme}/{code}", f"{_AUTHORITY}{scheme}", label)


def _entry(address: str, scheme: str, label: str) -> Node:
    return {
        "id": address,
        "type": "Concept",
        "inScheme": {"id": scheme, "type": "ConceptScheme"},
        "prefLabel": {"en": label},
    }


def _language(code: str) -> Node:
    return _listed("language", *_LANGUAGES[code])


def _said(text: Bilingual) -> dict[str, str]:
    """Both languages; what is empty in one is left out there."""
    return {language: text[language] for language in _LANGUAGES if text[language]}


def _note(name: str, text: Bilingual) -> Node:
    return {**_node("Note", name), "noteLiteral": _said(text)}


def _organisation(snapshot: Snapshot) -> Node:
    issuer = snapshot["issuer"]
    country = _listed("country", *_COUNTRIES[issuer["country"]])
    return {
        **_node("Organisation", "issuer"),
        "legalName": dict.fromkeys(_LANGUAGES, issuer["name"]),
        "eIDASIdentifier": {
            **_node("LegalIdentifier", "eidas"),
            "notation": f"NTR{issuer['country']}-{issuer['kvk_number']}",
            "spatial": country,
        },
        "registration": {
            **_node("LegalIdentifier", "register"),
            "notation": issuer["kvk_number"],
            "spatial": country,
        },
        "location": {
            **_node("Location", "issuer"),
            "address": {**_node("Address", "issuer"), "countryCode": country},
        },
    }


def _awarding(snapshot: Snapshot, name: str) -> Node:
    return {**_node("AwardingProcess", name), "awardingBody": _organisation(snapshot)}


def _display(facts: Facts, kind: Bilingual, picture: bytes) -> Node:
    image = {
        **_node("MediaObject", "picture"),
        "content": b64encode(picture).decode(),
        "contentEncoding": _concept("encoding", "6146cde7dd", "base64"),
        "contentType": _listed("file-type", "PNG", "PNG"),
    }
    return {
        **_node("DisplayParameter", "1"),
        "title": _said(facts.title),
        "description": _said(kind),
        "language": [_language(code) for code in _LANGUAGES],
        "primaryLanguage": _language(facts.language),
        "individualDisplay": {
            **_node("IndividualDisplay", "1"),
            "language": _language(facts.language),
            "displayDetail": {**_node("DisplayDetail", "1"), "page": 1, "image": image},
        },
    }


def _achievement(facts: Facts) -> Node:
    snapshot = facts.snapshot
    achievement = {
        **_node("LearningAchievement", "1"),
        "title": _said(facts.title),
        "awardedBy": _awarding(snapshot, "achievement"),
        "additionalNote": [_note("quality", {lang: f"{WORDS['quality'][lang]}: {snapshot['quality'][lang]}"
                                             if snapshot["quality"][lang] else "" for lang in _LANGUAGES})],
        "influencedBy": _activity(facts),
        "specifiedBy": _specification(facts),
    }  # fmt: skip
    if snapshot["kind"] == "assessed":
        achievement["provenBy"] = _assessment(facts)
    if points := snapshot["workload"]["ects"]:
        achievement["creditReceived"] = {
            **_node("CreditPoint", "received"),
            "framework": _concept("education-credit", *_ECTS),
            "point": str(points),
        }
    return achievement


def _activity(facts: Facts) -> Node:
    """Taking part: how, when, how long."""
    snapshot = facts.snapshot
    period = snapshot["period"]
    activity = {
        **_node("LearningActivity", "1"),
        "title": _said(facts.title),
        "awardedBy": _awarding(snapshot, "activity"),
        "temporal": {
            **_node("PeriodOfTime", "1"),
            "startDate": f"{period['start']}T00:00:00Z",
            "endDate": f"{period['end']}T23:59:59Z",
        },
        "specifiedBy": {
            **_node("LearningActivitySpecification", "1"),
            "title": _said(facts.title),
            "mode": _concept("learning-assessment", *_FORMS[snapshot["participation"]["form"]]),
            "volumeOfLearning": _hours(snapshot["workload"]["total_minutes"]),
        },
    }
    if minutes := snapshot["attended_minutes"]:
        activity["workload"] = _hours(minutes)
    return activity


def _assessment(facts: Facts) -> Node:
    snapshot = facts.snapshot
    return {
        **_node("LearningAssessment", "1"),
        "title": _said(facts.assessment),
        "awardedBy": _awarding(snapshot, "assessment"),
        "grade": _note("grade", {"nl": "Voldoende", "en": "Pass"}),
    }


def _specification(facts: Facts) -> Node:
    """What was to be learned. A level only where the register has it: the law has fines for less."""
    snapshot = facts.snapshot
    level = snapshot["level"]
    specification: Node = {
        **_node("Qualification", "1"),
        "title": _said(facts.title),
        "identifier": {**_node("Identifier", "course"), "notation": snapshot["course"]["code"]},
        "language": _language(facts.language),
        "volumeOfLearning": _hours(snapshot["workload"]["total_minutes"]),
        "learningOutcome": [
            {**_node("LearningOutcome", str(number)), "title": _said(outcome)}
            for number, outcome in enumerate(snapshot["outcomes"], start=1)
        ]
        + [_skill(skill, number) for number, skill in enumerate(snapshot["skills"], start=1)],
    }
    if level["register_number"] and level["eqf"]:
        specification["eqfLevel"] = _concept("eqf", str(level["eqf"]), f"Level {level['eqf']}")
    if level["register_number"] and level["nlqf"] in _NLQF:
        specification["nqfLevel"] = _concept("qdr", _NLQF[level["nlqf"]], f"NLQF {level['nlqf']}")
    if points := snapshot["workload"]["ects"]:
        specification["creditPoint"] = {
            **_node("CreditPoint", "1"),
            "framework": _concept("education-credit", *_ECTS),
            "point": str(points),
        }
    return specification


def _skill(skill: Node, number: int) -> Node:
    """A skill from a framework; what has an ESCO address is linked, of others the framework's code stands in a note."""
    outcome: Node = {**_node("LearningOutcome", f"skill-{number}"), "title": _said(skill["label"])}
    if skill["uri"].startswith("http://data.europa.eu/esco/"):
        label = skill["label"]["en"] or skill["label"]["nl"]
        outcome["relatedESCOSkill"] = [_entry(skill["uri"], "http://data.europa.eu/esco/concept-scheme/skills", label)]
    else:
        source = " ".join(filter(None, (skill["framework"], skill["code"], skill["level"])))
        outcome["additionalNote"] = [_note(f"skill-{number}", dict.fromkeys(_LANGUAGES, source))]
    return outcome


def _hours(minutes: int) -> str:
    """A duration as XML Schema writes it: ``PT25H40M``."""
    whole, rest = divmod(minutes, 60)
    return "PT" + (f"{whole}H" if whole or not rest else "") + (f"{rest}M" if rest else "")
