"""How each address is asked about our house's rows: with which arguments, and with which form."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from enrolments.offers import token_for
from lms.api.oeapi.mapping import component_id
from lms.messages.stopping import token_of
from tests.contracts.houses import World
from tests.contracts.permission_table import addresses
from tests.factories import NOW


def _number(world: World) -> str:
    return world.row("certificate").grouped_number


def _page(world: World) -> int:
    return world.row("course").pages.get(locale__language_code="nl").pk


ROW_OF_VIEWSET = {
    "organisations": "organisation",
    "subsidies": "subsidy",
    "back-office-enrolments": "enrolment",
    "people": "person",
    "api_tokens": "api-token",
    "bounced-addresses": "bounced-address",
}
KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    "verify": lambda world: {"number": _number(world)},
    "status_list": lambda _world: {"number": 1},
    "credential": lambda world: {"uuid": world.row("certificate").uuid},
    "credential_png": lambda world: {"uuid": world.row("certificate").uuid},
    "credential_svg": lambda world: {"uuid": world.row("certificate").uuid},
    "credential_token": lambda world: {"uuid": world.row("certificate").uuid},
    "credential_europass": lambda world: {"uuid": world.row("certificate").uuid},
    "achievement": lambda world: {"code": world.row("course").code, "kind": "participation"},
    r"mailbox_.*|messages:.*": lambda world: {"pk": world.row("message").pk},
    r"enrolments:(code|renew_code)": lambda world: {"token": world.row("hold").token},
    "enrolments:enrol": lambda world: {"edition": world.row("edition").code},
    "enrolments:(enrolment|calendar|move|withdraw|sharing)": lambda world: {"code": world.row("enrolment").code},
    "privacy:(cancel|settle)": lambda world: {"uuid": world.row("privacy-request").uuid},
    "privacy:file": lambda world: {"uuid": world.row("own-file").uuid},
    "enrolments:stop_sharing": lambda world: {"employer": world.ours.employer.uuid},
    "own_sessions": lambda world: {"token": world.row("subscription").token},
    "enrolments:approval": lambda world: {"uuid": world.row("approval").uuid},
    "enrolments:withdraw_contract": lambda world: {"code": world.row("bought").code},
    "enrolments:invoice_lines": lambda world: {"edition": world.row("edition").code, "file_format": "csv"},
    "enrolments:offer": lambda world: {"token": token_for(world.row("offered"), "accept")},
    "enrolments:answer_offer": lambda world: {"code": world.row("offered").code},
    "enrolments:(register|register_close|session_code|register_print|register_csv)": lambda world: {
        "session": world.row("session").uuid
    },
    "enrolments:register_reopen": lambda world: {"session": world.row("closed").uuid},
    "enrolments:enrol_staff": lambda world: {"pk": world.row("employment").pk, "course": world.row("course").code},
    "enrolments:staff_enrolment": lambda world: {"code": world.row("enrolment").code},
    "enrolments:staff_member": lambda world: {"pk": world.row("employment").pk},
    "enrolments:department": lambda world: {"pk": world.row("department").pk},
    "enrolments:end_colleague": lambda world: {"pk": world.row("colleague").pk},
    "enrolments:withdraw_hr_invitation": lambda world: {"pk": world.row("hr invitation").pk},
    "enrolments:hr_invitation": lambda world: {"token": world.row("hr invitation").token},
    "enrolments:(claim_code|renew_claim_code)": lambda world: {"token": world.row("claim-request").token},
    "(enrolments:withdraw_claim|decide_claim_approve|decline_claim)": lambda world: {"pk": world.row("claim").pk},
    "approve_employer": lambda world: {"pk": world.row("new employer").pk},
    "invite_hr": lambda world: {"pk": world.row("employment").organisation_id},
    "enrolments:results": lambda world: {"edition": world.row("running").code},
    "enrolments:cockpit(|_capacity|_enrol|_move|_timeline|_announcements|_announce|_cancel)": lambda world: {
        "edition": world.row("edition").code
    },
    "enrolments:cockpit_go": lambda world: {"edition": world.row("undecided").code},
    "enrolments:cockpit_(person|withdraw)": lambda world: {
        "edition": world.row("edition").code,
        "code": world.row("enrolment").code,
    },
    "enrolments:cockpit_offer": lambda world: {
        "edition": world.row("waiting").edition.code,
        "code": world.row("waiting").code,
    },
    "enrolments:cockpit_(extend|take_back)": lambda world: {
        "edition": world.row("offered").edition.code,
        "code": world.row("offered").code,
    },
    "enrolments:cockpit_announcement": lambda world: {
        "edition": world.row("edition").code,
        "announcement": world.row("announcement").uuid,
    },
    "enrolments:cockpit_participants": lambda world: {"edition": world.row("edition").code, "file_format": "csv"},
    "enrolments:group_new": lambda world: {"edition": world.row("edition").code},
    "enrolments:group_row": lambda world: {"uuid": world.row("group").uuid, "number": 2},
    "enrolments:group_report": lambda world: {"uuid": world.row("group").uuid, "file_format": "csv"},
    "enrolments:group_(undo|give_back|name_seat)": lambda world: {"uuid": world.row("done group").uuid},
    "enrolments:group_change": lambda world: {
        "uuid": world.row("done group").uuid,
        "number": world.row("placed").group_rows.get().number,
    },
    "enrolments:group(|_columns|_run|_drop)": lambda world: {"uuid": world.row("group").uuid},
    "enrolments:employer_export|kpis:export": lambda world: {"file_format": "csv"},
    "shared": lambda world: {"token": world.row("share").token},
    "certificates:share_revoke": lambda world: {"number": _number(world), "share": world.row("share").pk},
    "certificates:(detail|pdf|shares|office_detail|revoke|replace)": lambda world: {"number": _number(world)},
    "certificates:earlier_(batch|take)": lambda world: {"uuid": world.row("earlier list").uuid},
    "certificates:earlier_undo": lambda world: {"uuid": world.row("earlier taken").uuid},
    "certificates:proposal": lambda world: {"number": world.row("proposal").certificate.number},
    "certificates:(file|file_download)": lambda world: {"uuid": world.row("bundle").uuid},
    "certificates:edition(|_issue|_reissue|_download)": lambda world: {"code": world.row("done").code},
    "kpis:figure": lambda world: {"code": "LEARNERS_UNIQUE"},
    "kpis:figure_export": lambda world: {"code": "LEARNERS_UNIQUE", "file_format": "csv"},
    "kpis:fact": lambda world: {"pk": world.row("fact").pk},
    "(check_translation|translation_draft)": lambda world: {"page_id": _page(world)},
    "make_translation": lambda world: {"page_id": _page(world), "language": "en"},
    "cms:interest_(code|renew_code)": lambda world: {"token": world.row("asked").token},
    "cms:interest_withdraw": lambda world: {"uuid": world.row("interest").uuid},
    "cms:(course|editions|interest)|course_short": lambda world: {"code": world.row("course").code},
    "api:get_course": lambda world: {"code": world.row("course").code},
    "api:get_(edition|seats)": lambda world: {"code": world.row("edition").code},
    "api:get_lab": lambda world: {"code": world.row("organisation").code},
    "api:get_employer_enrolment": lambda world: {"code": world.row("enrolment").code},
    "api:get_employer_group": lambda world: {"id": world.row("group").uuid},
    "api:get_employer_webhook": lambda world: {"id": world.row("webhook").uuid},
    "api:get_certificate": lambda world: {"number": _number(world)},
    "api:get_employer_certificate.*": lambda world: {"number": _number(world)},
    "connections:revoke_key": lambda world: {"key": world.row("api-token").uuid},
    "connections:webhook": lambda world: {"webhook": world.row("webhook").uuid},
    "decide_apitoken_revoke": lambda world: {"pk": world.row("api-token").pk},
    "oeapi:(organisation.*)": lambda world: {"organisationId": world.row("organisation").uuid},
    "oeapi:(programme|programme_courses|programme_offerings)": lambda world: {"programmeId": world.row("course").uuid},
    "oeapi:programme_offering": lambda world: {"programmeOfferingId": world.row("edition").uuid},
    "oeapi:component": lambda world: {"learningComponentId": component_id(world.row("course").uuid, 1)},
    "oeapi:component_offering": lambda world: {"learningComponentOfferingId": world.row("planned").uuid},
    "oeapi:outcome": lambda world: {"learningOutcomeId": world.row("outcome").uuid},
    "oeapi:room": lambda world: {"roomId": world.row("room").uuid},
    "oeapi:building": lambda world: {"buildingId": world.row("location").uuid},
    "oeapi:course": lambda world: {"courseId": world.row("single").uuid},
    "oeapi:course_(offerings|components)": lambda world: {"courseId": world.row("single").uuid},
    "oeapi:course_(offering|meetings)": lambda world: {"courseOfferingId": world.row("single-edition").uuid},
    "machines:nothing": lambda world: {"address": "api/v9/nothing"},
    "edudex:program.*": lambda world: {"code": world.row("course").code},
    "cms:calendar": lambda world: {"code": world.row("edition").code},
    "cms:standard": lambda world: {"part": "privacy"},
    "sitemap_section": lambda world: {"section": "courses"},
    "share_card": lambda world: {"page": world.row("course").pages.first().pk, "digest": "other"},
    "feeds:(agenda_ical|editions_rss|editions_atom)": lambda world: {"language": "nl"},
    "feeds:lab_(rss|ical)": lambda world: {"language": "nl", "code": world.row("organisation").code},
    "feeds:theme_rss": lambda world: {"language": "nl", "code": world.row("theme").code},
    "feeds:course_ical": lambda world: {"language": "nl", "code": world.row("course").code},
    "edition-chooser:chosen": lambda world: {"pk": world.row("edition").pk},
    "decide_course_copy": lambda world: {"pk": world.row("course").pk},
    "copy_edition": lambda world: {"pk": world.row("edition").pk},
    "catalogue_export": lambda world: {"name": "editions", "file_format": "csv"},
    "catalogue_import": lambda world: {"uuid": world.row("import").uuid},
    "decide_edition_publish": lambda world: {"pk": world.row("draft").pk},
    "decide_edition_go": lambda world: {"pk": world.row("undecided").pk},
    "decide_edition_cancel": lambda world: {"pk": world.row("edition").pk},
    "desk:join|desk:group": lambda world: {"code": world.row("peer-group").code},
    "desk:(track|reply|withdraw)": lambda world: {"token": world.row("question").token},
    "desk:sign": lambda world: {"token": world.row("answered").token, "step": world.row("step").uuid},
    "desk:meetings_calendar": lambda world: {"token": world.row("member").request.token},
    "desk:describe": lambda world: {"code": world.row("answered").code},
    "desk:(request|answer|note|act|route|close)": lambda world: {"code": world.row("question").code},
    "desk:admit": lambda world: {"code": world.row("joining").code},
    "desk:(document|drop)": lambda world: {"step": world.row("step").uuid},
    "desk:(verify|statement_file)": lambda world: {"step": world.row("signed step").uuid},
    "desk:leave": lambda world: {"code": world.row("peer-group").code, "member": world.row("member").pk},
    "desk:presence": lambda world: {"meeting": world.row("held").uuid},
    "decide_peergroup_(start|end)": lambda world: {"pk": world.row("peer-group").pk},
    "decide_meeting_cancel": lambda world: {"pk": world.row("meeting").pk},
    "address_(code|renew_code)|merge_own": lambda world: {"token": world.row("address-claim").token},
    "institution_(code|renew_code)": lambda world: {"token": world.row("institution-sign-in").token},
    "decide_likelydouble_.*": lambda world: {"pk": world.row("likely-double").pk},
    "merge_employers": lambda world: {"pk": world.row("new employer").pk, "into": world.ours.employer.pk},
    "decide_employermerge_undo": lambda world: {"pk": world.row("employer-merge").pk},
    "decide_merge_undo": lambda world: {"pk": world.row("merge").pk},
    "mail_text_preview|decide_mailtext_shipped": lambda world: {"pk": world.row("mail-text").pk},
    "decide_bouncedaddress_works": lambda world: {"pk": world.row("bounced-address").pk},
    "mail_stop": lambda world: {"token": token_of(world.row("person").email, "reminders")},
    "certificate_preview_of|decide_certificatelayout_default": lambda world: {"pk": world.row("certificate-layout").pk},
    "certificate_of_course": lambda world: {"pk": world.row("course").pk},
    "decide_message_retry": lambda world: {"pk": world.row("message").pk},
}


def address_of(name: str, world: World) -> str:
    """The address of our house's row under this name."""
    if name.startswith("/"):
        return re.sub(r"<[^>]+>", "geen.png", name)
    with translation.override("nl"):
        for pattern, kwargs in KWARGS.items():
            if re.fullmatch(pattern, name) and addresses()[name].pattern.converters | _groups(name):
                return reverse(name, kwargs=kwargs(world))
        if not addresses()[name].pattern.converters:
            return reverse(name)
        viewset, _colon, _view = name.partition(":")
        return reverse(name, kwargs={"pk": world.row(ROW_OF_VIEWSET.get(viewset, viewset.removesuffix("s"))).pk})


def _groups(name: str) -> dict[str, Any]:
    regex = getattr(addresses()[name].pattern, "regex", None)
    return dict(regex.groupindex) if regex is not None else {}


# What a POST needs to do something, by name; elsewhere an empty form, which a page that let one in would answer.
SENT: dict[str, dict[str, Any]] = {
    "enrolments:cockpit_capacity": {"capacity": "14"},
    "enrolments:cockpit_withdraw": {"reason": "asked"},
    "enrolments:cockpit_extend": {"until": f"{NOW + timedelta(days=5):%Y-%m-%d}"},
    "enrolments:group_run": {"wish": "part"},
    "enrolments:group_name_seat": {"family_name": "Wit", "email": "noor@voorbeeld.example"},
    "desk:reply": {"text": "Nog iets."},
    "desk:sign": {"statement": "Het werkt.", "signer_name": "Jo", "signer_role": "directeur", "agrees": "on"},
    "desk:answer": {"text": "Ja."},
    "desk:admit": {"text": "Welkom."},
    "desk:note": {"text": "Bellen."},
    "desk:act": {"act": "take_on"},
    "desk:close": {"outcome": "advice"},
    "desk:describe": {
        "size": "small",
        "type": "pilot",
        "before": "Eerst zo.",
        "description": "Nu zo.",
        "taken_on": "2027-02-01",
    },
    "desk:document": {"signer_name": "Jo", "signer_role": "directeur"},
    "desk:drop": {"reason": "Was geen stap."},
    "enrolments:answer_offer": {"answer": "accept"},
    "enrolments:approval": {"answer": "grant"},
    "enrolments:sharing": {"scope": "hours", "share": "yes"},
    "enrolments:register_reopen": {"reason": "Een vergissing."},
    "enrolments:register": {"then": "rest"},
    "certificates:bundle": {"all": "1"},
    "connections:add_webhook": {"url": "https://nieuw.example/", "events": ["certificate.shared"]},
    "connections:webhook": {"act": "test"},
    "sign-in-providers:add": {"name": "X", "provider_id": "x", "client_id": "x", "secret": "x"},
    "sign-in-providers:edit": {"name": "X", "client_id": "x"},
    "connections:make_key": {"name": "Nog een", "scopes": ["enrolments:read"], "days": "90"},
    "certificates:revoke": {"public_reason": "mistake", "inside_reason": "Verkeerde naam."},
    "certificates:replace": {},
    "certificates:shares": {"shows": ["name"], "days": "30"},
    "certificates:proposal": {"answer": "decline"},
    "certificates:edition_reissue": {"reason": "Verkeerde uren."},
}


def sent_to(name: str, address: str, world: World) -> dict[str, Any]:
    """A form that would be accepted: for a page of the back office what the officer's own page holds."""
    if name not in SENT and ":" in name and name.partition(":")[2] in {"edit", "add"}:
        form = world.clients["officer"].get(address).context["form"]
        return {bound.html_name: "" if bound.value() is None else bound.value() for bound in form}
    if name == "enrolments:register":
        return SENT[name] | {f"{one.code}-here": "1" for one in world.row("running").enrolments.all()}
    if name == "certificates:earlier":
        return {"provider": world.ours.provider.pk, "source": "Oude administratie"}
    if name == "certificates:decide":
        return {"held": world.row("earned").pk, "answer": "refuse", "public_reason": "work", "reason": "Nog niet."}
    if name == "desk:presence":
        return {"present": [world.row("member").organisation_id]}
    return SENT.get(name, {})


def files_for(name: str) -> dict[str, Any]:
    """New for every request: a file is read to its end."""
    if name == "certificates:earlier":
        row = b"naam;e-mail;opleiding;datum\nNoor Wit;noor@oud.example;Lassen;31-12-2024\n"
        return {"document": SimpleUploadedFile("oud.csv", row, content_type="text/csv")}
    if name != "desk:document":
        return {}
    return {"document": SimpleUploadedFile("stap.pdf", b"%PDF-1.7 getekend", content_type="application/pdf")}
