"""A frozen snapshot as an Open Badges 3.0 AchievementCredential.

Only words of the three published contexts are used: with one of our own, most verifiers would refuse. What has no
word there (workload in hours, form of participation, type of assessment) stands in the criteria's narrative; levels,
skills and quality assurance are alignments, the way other issuers in the Netherlands write them.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

from certificates.credentials import vocabulary
from certificates.drawing.wording import WORDS, Facts

Snapshot = dict[str, Any]

SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
EQF = "http://data.europa.eu/snb/eqf/{level}"
NLQF = "https://www.nlqf.nl/nlqf-niveaus"


def did_of(base_url: str) -> str:
    """The issuer's identifier on this address (did:web); a port is written with its colon escaped."""
    return f"did:web:{quote(urlsplit(base_url).netloc, safe='')}"


def achievement_credential(
    snapshot: Snapshot, *, identifier: UUID, base_url: str, status: dict[str, str]
) -> dict[str, Any]:
    """The credential, still without proof, in the snapshot's leading language.

    ``status`` is its entry in the status list. The holder has no identifier here but this credential's own: neither an
    address nor a number that would connect one certificate of a person to the next.
    """
    facts = Facts(snapshot)
    day = snapshot["issued_on"]
    document: dict[str, Any] = {
        "@context": [vocabulary.CREDENTIALS, vocabulary.OPEN_BADGES, vocabulary.OPEN_BADGES_EXTENSIONS],
        "id": f"urn:uuid:{identifier}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": facts.lead(snapshot["title"]),
        "description": facts.lead(WORDS[snapshot["kind"]]),
        "issuer": _issuer(snapshot, base_url),
        "validFrom": f"{day}T00:00:00Z",
        "awardedDate": f"{day}T00:00:00Z",
        "credentialSubject": {
            "id": f"{base_url}/credentials/{identifier}#holder",
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": False,
                    "identityHash": snapshot["learner"]["name"],
                    "identityType": "name",
                }
            ],
            "activityStartDate": f"{snapshot['period']['start']}T00:00:00Z",
            "activityEndDate": f"{snapshot['period']['end']}T00:00:00Z",
            "achievement": _achievement(facts, base_url)
            | {
                "image": {
                    "id": f"{base_url}/credentials/{identifier}/badge.png",
                    "type": "Image",
                    "caption": facts.lead(snapshot["title"]),
                }
            },
        },
        "credentialStatus": status,
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }
    if ects := snapshot["workload"]["ects"]:
        document["credentialSubject"]["creditsEarned"] = ects
    if expires := snapshot["expires_on"]:
        document["validUntil"] = f"{expires}T23:59:59Z"
    return document


def _issuer(snapshot: Snapshot, base_url: str) -> dict[str, Any]:
    issuer = snapshot["issuer"]
    profile = {
        "id": did_of(base_url),
        "type": ["Profile"],
        "name": issuer["name"],
        "url": base_url,
        "address": {"type": ["Address"], "addressCountryCode": issuer["country"]}
        | ({"addressRegion": issuer["region"]} if issuer["region"] else {}),
    }
    if issuer["kvk_number"]:
        profile["otherIdentifier"] = [
            {"type": "IdentifierEntry", "identifier": issuer["kvk_number"], "identifierType": "ext:KvK"}
        ]
    return profile


def _achievement(facts: Facts, base_url: str) -> dict[str, Any]:
    snapshot = facts.snapshot
    address = f"{base_url}/credentials/achievements/{quote(snapshot['course']['code'])}"
    assessed = snapshot["kind"] == "assessed"
    achievement = {
        "id": f"{address}/{snapshot['kind']}",
        "type": ["Achievement"],
        "achievementType": "Certificate" if assessed else "CertificateOfCompletion",
        "name": facts.lead(snapshot["title"]),
        "description": " ".join(facts.lead(outcome) for outcome in snapshot["outcomes"]),
        "criteria": {"narrative": narrative(facts)},
        "humanCode": snapshot["course"]["code"],
        "inLanguage": facts.language,
        "alignment": list(_alignments(facts, address)),
    }
    if ects := snapshot["workload"]["ects"]:
        achievement["creditsAvailable"] = ects
    return achievement


def narrative(facts: Facts) -> str:
    """All eleven elements and the outcomes, in Markdown: whoever has only the credential can read them all."""
    outcomes = facts.lead(WORDS["outcomes-" + facts.kind])
    lines = [f"- {facts.lead(outcome)}" for outcome in facts.snapshot["outcomes"]]
    elements = [
        f"- {facts.lead(label)}: {'; '.join(said for value in values if (said := facts.lead(value)))}"
        for label, values in facts.elements
        if facts.lead(label) not in (outcomes, facts.lead(WORDS["learner"]))
    ]
    return "\n".join([f"**{outcomes}**", "", *lines, "", *elements])


def _alignments(facts: Facts, address: str) -> Any:
    snapshot = facts.snapshot
    level = snapshot["level"]
    if level["register_number"]:  # the law has fines for a level that the register does not have
        if level["eqf"]:
            yield _alignment(f"EQF {level['eqf']}", EQF.format(level=level["eqf"]), "EQF", str(level["eqf"]), "ext:EQF")
        if level["nlqf"]:
            yield _alignment(f"NLQF {level['nlqf']}", NLQF, "NLQF", str(level["nlqf"]), "ext:NLQF")
    for number, outcome in enumerate(snapshot["outcomes"], start=1):
        yield _alignment(facts.lead(outcome), f"{address}#outcome-{number}", "", str(number), "ext:LearningOutcome")
    for skill in snapshot["skills"]:
        kind = {"ESCO": "ext:ESCOSkill", "DigComp": "ext:DigComp"}.get(skill["framework"].split(" ")[0], "ext:Skill")
        url = skill["uri"] or f"{address}#skill-{quote(skill['code'])}"
        yield _alignment(facts.lead(skill["label"]), url, skill["framework"], skill["code"], kind)
    yield _alignment(facts.lead(snapshot["quality"]), f"{address}#quality", "", "", "ext:QualityAssurance")


def _alignment(name: str, url: str, framework: str, code: str, kind: str) -> dict[str, Any]:
    said = {"targetName": name, "targetUrl": url, "targetFramework": framework, "targetCode": code, "targetType": kind}
    return {"type": ["Alignment"], **{key: value for key, value in said.items() if value}}
