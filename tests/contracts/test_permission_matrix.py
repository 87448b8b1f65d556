"""Who may what: every address of the platform, for everyone who could ask for it.

The table below is the whole of it. An address that is missing from it fails the tests, and so does a line that no
longer stands for an address. Rows are those of our house (see houses.py): the second coordinator, trainer, learner and
HR are the other house's, for whom they must not exist.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation
from openpyxl import load_workbook

from enrolments.offers import token_for
from lms.api.oeapi.mapping import component_id
from lms.messages.stopping import token_of
from tests.contracts.houses import OURS, ROLES, THEIRS, World, build_world, state_of_everything
from tests.factories import NOW, MembershipFactory

pytestmark = pytest.mark.once

# in    to the page where one signs in
# home  to the front page of the back office, which says that this is not allowed
# to    to another page
# 404   not there, for this person; 403 signed in without a key to the back office, or visible and not allowed
#
# A line holds for what is asked with GET. What GET refuses, POST must refuse as well, and change nothing; where POST
# is for fewer people than GET, or only POST exists, a line of its own says so.
TABLE = """
                                          anon stra lear lear trai trai coor coor hr   hr   offi audi
                                               nger      2         2         2         2

GET  /                                    to   to   to   to   to   to   to   to   to   to   to   to
GET  (alive|ready|metrics)                200  200  200  200  200  200  200  200  200  200  200  200
GET  (robots|sitemap|sitemap_section)     200  200  200  200  200  200  200  200  200  200  200  200
GET  feeds:.*                             200  200  200  200  200  200  200  200  200  200  200  200
GET  employer_lookup                      200  200  200  200  200  200  200  200  200  200  200  200
GET  share_card                           to   to   to   to   to   to   to   to   to   to   to   to
GET  (issuer_did|status_list|credential)  200  200  200  200  200  200  200  200  200  200  200  200
GET  credential_(png|svg|token|europass)  200  200  200  200  200  200  200  200  200  200  200  200
GET  achievement                          to   to   to   to   to   to   to   to   to   to   to   to
GET  (verify(|_.*)|shared)                200  200  200  200  200  200  200  200  200  200  200  200
GET  mailbox(|_message|_html|_calendar)   200  200  200  200  200  200  200  200  200  200  200  200
GET  mail_stop                            200  200  200  200  200  200  200  200  200  200  200  200
GET  mail_wanted                          in   200  200  200  200  200  200  200  200  200  200  200
GET  /media/…                             404  404  404  404  404  404  404  404  404  404  404  404
GET  cms:(course|editions|standard)       to   to   to   to   to   to   to   to   to   to   to   to
GET  course_short                         to   to   to   to   to   to   to   to   to   to   to   to
GET  cms:interest(|_code|_withdraw)       200  200  200  200  200  200  200  200  200  200  200  200
GET  cms:interest_renew_code              405  405  405  405  405  405  405  405  405  405  405  405
GET  cms:calendar                         200  200  200  200  200  200  200  200  200  200  200  200
GET  cms:(suggestions|compare|guide)      200  200  200  200  200  200  200  200  200  200  200  200

GET  for_systems                          200  200  200  200  200  200  200  200  200  200  200  200
GET  api:docs                             to   to   to   to   to   to   to   to   to   to   to   to
GET  api:(openapi|get_(?!employer).*)     200  200  200  200  200  200  200  200  200  200  200  200
GET  api:list_(?!seats|employer).*        200  200  200  200  200  200  200  200  200  200  200  200
GET  api:(get|list)_employer.*            401  401  401  401  401  401  401  401  401  401  401  401
POST api:list_employer_(groups|webhooks)  401  401  401  401  401  401  401  401  401  401  401  401
GET  api:list_seats                       400  400  400  400  400  400  400  400  400  400  400  400
GET  oeapi:.*                             200  200  200  200  200  200  200  200  200  200  200  200
GET  (edudex|machines):.*                 404  404  404  404  404  404  404  404  404  404  404  404

GET  enrolments:enrol                     200  200  200  200  200  200  200  200  200  200  200  200
GET  enrolments:code                      200  200  200  200  200  200  200  200  200  200  200  200
GET  enrolments:renew_code                405  405  405  405  405  405  405  405  405  405  405  405
GET  enrolments:(my|check_in)             in   200  200  200  200  200  200  200  200  200  200  200
GET  enrolments:(enrolment|calendar)      in   404  200  404  404  404  404  404  404  404  404  404
GET  enrolments:my_(calendar|sharing)      in   200  200  200  200  200  200  200  200  200  200  200
POST enrolments:my_calendar               in   404  404  404  404  404  404  404  404  404  404  404
GET  enrolments:stop_sharing              in   405  405  405  405  405  405  405  405  405  405  405
POST enrolments:stop_sharing              in   404  to   404  404  404  404  404  404  404  404  404
GET  own_sessions                         200  200  200  200  200  200  200  200  200  200  200  200
GET  enrolments:move                      in   404  200  404  404  404  404  404  404  404  404  404
GET  enrolments:withdraw                  in   404  200  404  404  404  404  404  404  404  404  404
GET  enrolments:(answer_offer|sharing)    in   405  405  405  405  405  405  405  405  405  405  405
POST enrolments:(answer_offer|sharing)    in   404  to   404  404  404  404  404  404  404  404  404
GET  enrolments:offer                     200  200  200  200  200  200  200  200  200  200  200  200
GET  enrolments:withdraw_contract         in   404  200  404  404  404  404  404  404  404  404  404
POST enrolments:withdraw_contract         in   404  to   404  404  404  404  404  404  404  404  404
GET  enrolments:invoice_lines             in   404  404  404  404  404  200  404  404  404  200  404
GET  enrolments:approval                  in   404  404  404  404  404  200  404  404  404  200  404
POST enrolments:approval                  in   404  404  404  404  404  to   404  404  404  to   404
GET  enrolments:trainer_line              in   404  404  404  200  200  404  404  404  404  404  404
GET  enrolments:trainer                   in   404  404  404  200  200  200  200  404  404  200  404
GET  enrolments:(register|register_close) in   404  404  404  200  404  200  404  404  404  200  404
GET  enrolments:(session_code|results)    in   404  404  404  200  404  200  404  404  404  200  404
GET  enrolments:register_reopen           in   404  404  404  404  404  404  404  404  404  200  404
GET  enrolments:register_(print|csv)      in   404  404  404  200  404  200  404  404  404  200  200
GET  enrolments:(employer|employer_export) in  404  404  404  404  404  404  404  200  200  404  404
GET  enrolments:employer_approvals        in   404  404  404  404  404  404  404  200  200  404  404
GET  enrolments:(staff|departments|colleagues) in 404 404 404  404  404  404  404  200  200  404  404
GET  enrolments:(enrol_staff|staff_enrolment) in 404 404 404  404  404  404  404  200  404  404  404
GET  (certificates:employer|employer_messages:list) in 404 404 404 404 404 404 404 200 200 404  404
GET  enrolments:(staff_member|department) in   404  404  404  404  404  404  404  200  404  404  404
GET  enrolments:(end_colleague|withdraw_hr_invitation) in 404 404 404 404 404 404 404 405 405 404 404
POST enrolments:(end_colleague|withdraw_hr_invitation) in 404 404 404 404 404 404 404 to 404 404 404
GET  enrolments:hr_invitation             200  200  200  200  200  200  200  200  200  200  200  200
POST enrolments:hr_invitation             to   403  403  403  403  403  403  403  403  403  403  403
GET  enrolments:claim                     in   200  200  200  200  200  200  200  200  200  200  200
GET  enrolments:withdraw_claim            in   405  405  405  405  405  405  405  405  405  405  405
POST enrolments:withdraw_claim            in   404  to   404  404  404  404  404  404  404  404  404
GET  enrolments:(groups|group_editions)   in   404  404  404  404  404  200  200  200  200  200  404
GET  enrolments:group_example             in   404  404  404  404  404  200  200  200  200  200  404
GET  enrolments:group_new                 in   404  404  404  404  404  200  404  200  200  200  404
GET  enrolments:(group|group_report)      in   404  404  404  404  404  200  404  200  404  200  404
GET  enrolments:group_change              in   404  404  404  404  404  200  404  200  404  200  404
GET  enrolments:group_(columns|row|drop)  in   405  405  405  405  405  405  405  405  405  405  405
POST enrolments:group_(columns|row|drop)  in   404  404  404  404  404  to   404  to   404  to   404
GET  enrolments:group_(run|name_seat)     in   405  405  405  405  405  405  405  405  405  405  405
POST enrolments:group_(run|name_seat)     in   404  404  404  404  404  to   404  to   404  to   404
GET  enrolments:group_(undo|give_back)    in   405  405  405  405  405  405  405  405  405  405  405
POST enrolments:group_(undo|give_back)    in   404  404  404  404  404  to   404  to   404  to   404

GET  address_code                         in   404  200  404  404  404  404  404  404  404  404  404
GET  address_renew_code                   in   405  405  405  405  405  405  405  405  405  405  405
POST address_renew_code                   in   404  to   404  404  404  404  404  404  404  404  404
GET  institution                          in   in   in   in   in   in   in   in   in   in   in   in
GET  institution_code                     in   in   in   in   in   in   in   in   in   in   in   in
GET  institution_renew_code               405  405  405  405  405  405  405  405  405  405  405  405
GET  merge_own                            in   404  to   404  404  404  404  404  404  404  404  404
GET  remove_password                      in   to   to   to   to   to   to   to   to   to   to   to
GET  enrolments:cockpit_editions          in   404  404  404  404  404  200  200  404  404  200  404
GET  enrolments:(cockpit|COCKPIT)         in   404  404  404  404  404  200  404  404  404  200  404
GET  enrolments:COCKPIT_DOES              in   405  405  405  405  405  405  405  405  405  405  405
POST enrolments:COCKPIT_DOES              in   404  404  404  404  404  to   404  404  404  to   404

GET  connections:(list|make_key|add_webhook) in   404  404  404  404  404  404  404  200  200  404  404
POST connections:(make_key|add_webhook)   in   404  404  404  404  404  404  404  200  200  404  404
GET  connections:(revoke_key|webhook)     in   404  404  404  404  404  404  404  200  404  404  404
POST connections:(revoke_key|webhook)     in   404  404  404  404  404  404  404  to   404  404  404

GET  certificates:mine                    in   200  200  200  200  200  200  200  200  200  200  200
GET  certificates:detail                  in   404  200  404  404  404  200  404  404  404  200  200
GET  certificates:pdf                     in   404  200  404  404  404  200  404  200  404  200  200
GET  certificates:shares                  in   404  200  404  404  404  404  404  404  404  404  404
POST certificates:shares                  in   404  to   404  404  404  404  404  404  404  404  404
GET  certificates:share_revoke            in   405  405  405  405  405  405  405  405  405  405  405
POST certificates:share_revoke            in   404  to   404  404  404  404  404  404  404  404  404
GET  certificates:bundle                  in   405  405  405  405  405  405  405  405  405  405  405
POST certificates:bundle                  in   404  404  404  404  404  404  404  200  200  404  404
GET  certificates:(file|file_download)    in   404  404  404  404  404  404  404  200  404  404  404
GET  certificates:ask_file                in   404  404  404  404  404  404  404  405  405  404  404
POST certificates:ask_file                in   404  404  404  404  404  404  404  to   to   404  404
GET  certificates:earlier                 in   404  404  404  404  404  200  200  404  404  200  200
POST certificates:earlier                 in   404  404  404  404  404  to   to   404  404  to   403
GET  certificates:earlier_batch           in   404  404  404  404  404  200  404  404  404  200  200
GET  certificates:earlier_(take|undo)     in   405  405  405  405  405  405  405  405  405  405  405
POST certificates:earlier_(take|undo)     in   404  404  404  404  404  to   404  404  404  to   403
GET  certificates:edition                 in   404  404  404  404  404  200  404  404  404  200  200
GET  certificates:edition_.*              in   405  405  405  405  405  405  405  405  405  405  405
POST certificates:edition_(issue|reissue) in   404  404  404  404  404  to   404  404  404  to   403
POST certificates:edition_download        in   404  404  404  404  404  to   404  404  404  to   to
GET  certificates:office                  in   404  404  404  404  404  200  200  404  404  200  200
GET  certificates:office_detail           in   404  404  404  404  404  200  404  404  404  200  200
GET  certificates:waiting                 in   404  404  404  404  404  200  200  404  404  200  200
GET  certificates:decide                  in   405  405  405  405  405  405  405  405  405  405  405
POST certificates:decide                  in   404  404  404  404  404  to   404  404  404  to   403
GET  certificates:proposal                in   405  405  405  405  405  405  405  405  405  405  405
POST certificates:proposal                in   404  404  404  404  404  to   404  404  404  to   403
GET  certificates:(revoke|replace)        in   405  405  405  405  405  405  405  405  405  405  405
POST certificates:(revoke|replace)        in   404  404  404  404  404  to   404  404  404  to   403

GET  privacy:(mine|confirm|correct|ask)   in   200  200  200  200  200  200  200  200  200  200  200
GET  privacy:erase                        in   200  200  200  200  200  200  200  200  200  200  200
GET  privacy:(download|cancel)            in   405  405  405  405  405  405  405  405  405  405  405
POST privacy:download                     in   404  404  404  404  404  404  404  404  404  404  404
GET  privacy:file                         in   404  to   404  404  404  404  404  404  404  404  404
POST privacy:cancel                       in   404  to   404  404  404  404  404  404  404  404  404
GET  privacy:(register|terms|settle)      in   404  404  404  404  404  404  404  404  404  200  404

GET  kpis:(office|figure|fact)            in   404  404  404  404  404  404  404  404  404  200  200
GET  kpis:(export|figure_export)          in   404  404  404  404  404  404  404  404  404  200  200

GET  desk:(ask|groups|join|track)         200  200  200  200  200  200  200  200  200  200  200  200
GET  desk:meetings_calendar               200  200  200  200  200  200  200  200  200  200  200  200
GET  desk:(reply|withdraw|sign)           405  405  405  405  405  405  405  405  405  405  405  405
POST desk:(reply|withdraw|sign)           to   to   to   to   to   to   to   to   to   to   to   to
GET  desk:(requests|own_groups)           in   404  404  404  404  404  200  200  404  404  200  404
GET  desk:(request|group)                 in   404  404  404  404  404  200  404  404  404  200  404
GET  desk:(answer|admit|note|act|close)   in   405  405  405  405  405  405  405  405  405  405  405
POST desk:(answer|admit|note|act|close)   in   404  404  404  404  404  to   404  404  404  to   404
GET  desk:(route|describe|document)       in   405  405  405  405  405  405  405  405  405  405  405
POST desk:route                           in   404  404  404  404  404  403  404  404  404  to   404
POST desk:(describe|document|drop)        in   404  404  404  404  404  to   404  404  404  to   404
GET  desk:(verify|drop|leave|presence)    in   405  405  405  405  405  405  405  405  405  405  405
POST desk:verify                          in   404  404  404  404  404  403  404  404  404  to   404
POST desk:(leave|presence)                in   404  404  404  404  404  to   404  404  404  to   404
GET  desk:statement_file                  in   404  404  404  404  404  200  404  404  404  200  200

GET  (front_page|own_account)             in   403  403  403  403  403  200  200  403  403  200  200
GET  (courses|editions|sessions):LIST     in   403  403  403  403  403  200  200  403  403  200  200
GET  (courses|editions|sessions):LOOK     in   403  403  403  403  403  200  404  403  403  200  200
GET  (courses|editions|sessions):add      in   403  403  403  403  403  200  200  403  403  200  home
GET  (courses|editions|sessions):CHANGE   in   403  403  403  403  403  200  404  403  403  200  home
GET  OF_A_HOUSE:(LIST|add)                in   403  403  403  403  403  200  200  403  403  200  404
GET  OF_A_HOUSE:(LOOK|CHANGE)             in   403  403  403  403  403  200  404  403  403  200  404
GET  edition-chooser:(choose|choose_results) in 403 403  403  403  403  200  200  403  403  200  200
GET  edition-chooser:chosen               in   403  403  403  403  403  200  404  403  403  200  200
GET  edition-chooser:chosen_multiple      in   403  403  403  403  403  200  200  403  403  200  200
GET  decide_course_copy                   in   403  403  403  403  403  200  404  403  403  200  404
GET  copy_edition                         in   403  403  403  403  403  200  404  403  403  200  404
GET  (clashes|trainers|catalogue|demand)  in   403  403  403  403  403  200  200  403  403  200  404
GET  catalogue_export                     in   403  403  403  403  403  200  200  403  403  200  404
GET  catalogue_import                     in   403  403  403  403  403  200  404  403  403  404  404
GET  organisations:LIST                   in   403  403  403  403  403  200  200  403  403  200  200
GET  organisations:LOOK                   in   403  403  403  403  403  200  404  403  403  200  200
GET  organisations:add                    in   403  403  403  403  403  home home 403  403  200  home
GET  organisations:CHANGE                 in   403  403  403  403  403  home 404  403  403  200  home
GET  (skills|themes|subsidies):(LIST|LOOK) in   403  403  403  403  403  200  200  403  403  200  404
GET  (skills|themes|subsidies):(add|CHANGE) in   403  403  403  403  403  home home 403  403  200  404
GET  interests:LIST                       in   403  403  403  403  403  200  200  403  403  200  404
GET  interests:LOOK                       in   403  403  403  403  403  200  404  403  403  200  404
GET  back-office-enrolments:LIST          in   403  403  403  403  403  200  200  403  403  200  200
GET  back-office-enrolments:LOOK          in   403  403  403  403  403  200  404  403  403  200  200
GET  people:(LIST|LOOK)                   in   403  403  403  403  403  404  404  403  403  200  200
GET  people:(add|edit)                    in   403  403  403  403  403  404  404  403  403  200  home
GET  people:delete                        in   403  403  403  403  403  404  404  403  403  home home
GET  (memberships|employments|identity|topics):ANY in   403  403  403  403  403  404  404  403  403  200  404
GET  new_employers                        in   403  403  403  403  403  404  404  403  403  200  404
GET  approve_employer                     in   403  403  403  403  403  404  404  403  403  405  404
POST approve_employer                     in   403  403  403  403  403  404  404  403  403  to   404
GET  merge_employers                      in   403  403  403  403  403  404  404  403  403  200  404
POST merge_employers                      in   403  403  403  403  403  404  404  403  403  to   404
GET  claims:(LIST|LOOK)                   in   403  403  403  403  403  404  404  403  403  200  404
GET  (decide_claim_approve|decline_claim|invite_hr) in 403 403 403 403 403 404 404 403 403  200  404
GET  (messages|api_tokens):(LIST|LOOK)    in   403  403  403  403  403  404  404  403  403  200  404
GET  (likely-doubles|merges|employer-merges):(LIST|LOOK) in   403  403  403  403  403  404  404  403  403  200  200
GET  decide_likelydouble_(keep.*|different) in 403  403  403  403  403  404  404  403  403  200  404
GET  decide_likelydouble_again            in   403  403  403  403  403  404  404  403  403  to   404
GET  decide_(merge|employermerge)_undo    in   403  403  403  403  403  404  404  403  403  200  404
GET  OF_CERTIFICATES:LIST                 in   403  403  403  403  403  200  200  403  403  200  200
GET  OF_CERTIFICATES:LOOK                 in   403  403  403  403  403  200  404  403  403  200  200
GET  OF_CERTIFICATES:add                  in   403  403  403  403  403  200  200  403  403  200  home
GET  OF_CERTIFICATES:CHANGE               in   403  403  403  403  403  200  404  403  403  200  home
GET  certificate_preview                  in   403  403  403  403  403  200  200  403  403  200  200
GET  certificate_preview_of               in   403  403  403  403  403  200  404  403  403  200  200
GET  certificate_of_course                in   403  403  403  403  403  to   404  403  403  to   404
GET  decide_certificatelayout_default     in   403  403  403  403  403  200  404  403  403  200  404
GET  OF_THE_OFFICE:(LIST|LOOK)            in   403  403  403  403  403  404  404  403  403  200  200
GET  OF_THE_OFFICE:(add|CHANGE)           in   403  403  403  403  403  404  404  403  403  200  home
GET  translations(|_results)              in   403  403  403  403  403  200  200  403  403  200  home
GET  (check|make)_translation             in   403  403  403  403  403  200  404  403  403  200  404
GET  translation_draft                    in   403  403  403  403  403  200  404  403  403  200  404
GET  decide_edition_(publish|cancel|go)   in   403  403  403  403  403  200  404  403  403  200  404
GET  decide_peergroup_(start|end)         in   403  403  403  403  403  200  404  403  403  200  404
GET  decide_meeting_cancel                in   403  403  403  403  403  200  404  403  403  200  404
GET  decide_(message_retry|apitoken_revoke) in   403  403  403  403  403  404  404  403  403  200  404
GET  bounced-addresses:(LIST|LOOK)        in   403  403  403  403  403  404  404  403  403  200  404
GET  decide_bouncedaddress_works          in   403  403  403  403  403  404  404  403  403  200  404
GET  sign-in-providers:(LIST|LOOK|add|CHANGE) in 403 403  403  403  403  404  404  403  403  404  404
GET  mail-texts:(LIST|LOOK|CHANGE)        in   403  403  403  403  403  404  404  403  403  200  404
GET  (mail_text_preview|decide_mailtext_shipped) in 403 403 403  403  403  404  404  403  403  200  404
"""
SHORT = {
    "LIST": "(index|index_results)",
    "LOOK": "(inspect|history|history_results)",
    "CHANGE": "(edit|delete)",
    "ANY": "(LIST|LOOK|add|CHANGE)",
    "OF_A_HOUSE": "(outcomes|course-skills|prices|parts|PLACES|assessments|peer-groups|meetings)",
    "PLACES": "locations|rooms|closed-periods",
    "COCKPIT": "cockpit_(person|cancel|enrol|move|timeline|participants|announce|announcements|announcement)",
    "COCKPIT_DOES": "cockpit_(capacity|go|withdraw|offer|extend|take_back)",
    "OF_CERTIFICATES": "(certificate-layouts|course-certificates|organisation-logos)",
    "OF_THE_OFFICE": "(projects|fundings|targets|historic-figures)",
}

# Addresses of packages, which guard themselves; what we add to them (a policy, a door) is tested apart.
EXEMPT = [
    r"wagtail.*",  # Wagtail's own admin, images, documents, pages; behind the door, by Wagtail's own permissions
    r"(account|mfa|socialaccount|openid_connect)_.*",  # allauth
    r"set_language",  # Django
    r"headless.*",
    r"/accounts/social/.*",
    r"/beheer/(login/|test404/|.*\$)",
    r"/(documents|beheer/(api|pages|images|documents|localize|reports|settings|snippets|workflows|collections))/.*",
]


# The table ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    method: str
    pattern: str
    cells: dict[str, str]


def lines() -> list[Line]:
    found = []
    for text in TABLE.splitlines()[3:]:
        if text.strip():
            method, pattern, *cells = text.split()
            assert len(cells) == len(ROLES), text
            found.append(Line(method, _spelled_out(pattern), dict(zip(ROLES, cells, strict=True))))
    return found


def _spelled_out(pattern: str) -> str:
    if pattern.startswith("/"):
        return re.escape(pattern).replace("…", ".*")
    while (spelled := re.sub(r"\b[A-Z_]{3,}\b", lambda found: SHORT[found[0]], pattern)) != pattern:
        pattern = spelled
    return pattern


LINES = lines()


def addresses() -> dict[str, URLPattern]:
    """Every address of the resolver, by its name; by its path where it has none."""
    return dict(_walk(get_resolver(), (), "/"))


def _walk(resolver: URLResolver, namespaces: tuple[str, ...], path: str) -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        here = path + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one, (*namespaces, one.namespace) if one.namespace else namespaces, here)
        else:
            yield ":".join([*namespaces, one.name]) if one.name else here, one


def is_exempt(name: str) -> bool:
    return any(re.fullmatch(pattern, name) for pattern in EXEMPT)


def lines_for(name: str) -> dict[str, Line]:
    """By method; a name on two lines for one method is an ambiguity."""
    found: dict[str, Line] = {}
    for line in LINES:
        if re.fullmatch(line.pattern, name) or (name.startswith("/media/") and line.pattern.startswith("/media/")):
            assert line.method not in found, f"{name} stands on two lines"
            found[line.method] = line
    return found


OURSELVES = sorted(name for name in addresses() if not is_exempt(name))


def test_every_address_stands_in_the_table():
    missing = [name for name in OURSELVES if "GET" not in lines_for(name)]
    assert missing == []


def test_every_line_stands_for_an_address():
    names = OURSELVES
    stale = [line.pattern for line in LINES if not any(line in lines_for(name).values() for name in names)]
    assert stale == []


# Asking ---------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def _built(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Both houses, built once and rolled back after this module."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(_built: World, db: None, clock: Any) -> World:
    """The houses at NOW; what a test changes is undone."""
    return _built


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
        "code": world.row("placed").code,
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


def told(response: HttpResponse) -> str:
    """The answer as the table writes it."""
    if response.status_code not in (301, 302):
        return str(response.status_code)
    where = urlsplit(response["Location"]).path
    return "in" if where == "/accounts/login/" else "home" if where == "/beheer/" else "to"


REFUSALS = {"in", "home", "401", "403", "404"}
PAIRS = ("learner", "trainer", "coordinator", "hr")
FOREIGN = dict.fromkeys(PAIRS, THEIRS) | {f"{role}2": OURS for role in PAIRS}
# Open to anyone: the catalogue, and the demo's mailbox.
PUBLIC = (
    r"/.*|alive|ready|metrics|mail(box.*|_stop)|cms:.*|verify.*|enrolments:(enrol|code|renew_code|offer|hr_invitation)"
    r"|shared"
    r"|enrolments:group_(editions|new)"  # of the catalogue; a list has its company's own staff only, tested apart
    r"|api:.*|oeapi:.*|edudex:.*|machines:.*|for_systems"
    r"|employer_lookup|robots|sitemap.*|share_card|feeds:.*|credential.*|own_sessions"
    r"|desk:(ask|groups|join|track|meetings_calendar)"
)


@pytest.mark.parametrize("name", OURSELVES)
def test_who_may_see_and_what(world: World, name: str):
    """The answer is the table's, and no page shows a row of the other house: not in lists, choices, filters, files."""
    address = address_of(name, world)
    answers = {role: world.clients[role].get(address) for role in ROLES}
    assert {role: told(answer) for role, answer in answers.items()} == lines_for(name)["GET"].cells, address
    if not re.fullmatch(PUBLIC, name):
        leaks = [role for role, foreign in FOREIGN.items() if shows(answers[role], foreign)]
        assert leaks == [], address


def shows(answer: Any, marker: str) -> bool:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code == 200 and marker.encode() in content.lower()


# Changing -------------------------------------------------------------------------------------------------------------

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


@pytest.mark.parametrize("name", OURSELVES)
def test_who_may_not_see_may_not_change(world: World, name: str):
    line = lines_for(name).get("POST") or lines_for(name)["GET"]
    expected = {role: cell for role, cell in line.cells.items() if cell in REFUSALS}
    if name.startswith("/") or not expected:
        return
    address = address_of(name, world)
    data = sent_to(name, address, world)
    before = state_of_everything()
    answers = {role: told(world.clients[role].post(address, data | files_for(name))) for role in expected}
    # 405: a page that takes no POST says so before it looks at who asks.
    assert {role: expected[role] if answer == "405" else answer for role, answer in answers.items()} == expected, (
        address
    )
    assert state_of_everything() == before


POSTS = sorted(name for name in OURSELVES if "POST" in lines_for(name))


@pytest.mark.parametrize("name", POSTS)
def test_who_may_change_does(world: World, name: str):
    """The other side of the test before: the same form, sent by who may, changes something."""
    address = address_of(name, world)
    data = sent_to(name, address, world)
    for role, cell in lines_for(name)["POST"].cells.items():
        if cell not in REFUSALS:
            before = state_of_everything()
            mark = transaction.savepoint()
            assert told(world.clients[role].post(address, data | files_for(name))) == cell, role
            assert state_of_everything() != before, role
            transaction.savepoint_rollback(mark)


# What pages show ------------------------------------------------------------------------------------------------------

EXPORTED = ("courses:index", "editions:index")


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@pytest.mark.parametrize("name", EXPORTED)
def test_an_export_holds_the_rows_of_the_own_house_alone(world: World, name: str, file_format: str):
    answer = world.clients["coordinator"].get(reverse(name), {"export": file_format})
    text = "".join(row_texts(answer.content, file_format))
    assert OURS in text
    assert THEIRS not in text


def row_texts(content: bytes, file_format: str) -> list[str]:
    if file_format == "csv":
        return content.decode("utf-8-sig").splitlines()
    return [str(cell) for row in load_workbook(BytesIO(content)).active.values for cell in row]


def test_the_pages_do_show_the_rows_of_the_own_house(world: World):
    """Without this the test before would be content with empty pages."""
    client = world.clients["coordinator"]
    for name in (
        "editions:index",
        "courses:index",
        "sessions:index",
        "locations:index",
        "back-office-enrolments:index",
    ):
        assert shows(client.get(reverse(name)), OURS), name


def test_a_coordinator_is_not_offered_another_house(world: World):
    for name in ("courses:add", "editions:add", "locations:add"):
        form = world.clients["coordinator"].get(reverse(name)).context["form"]
        field = form.fields["organisation" if name == "locations:add" else "provider"]
        assert list(field.queryset) == [world.ours.provider], name


CRAFTED = [
    ("courses:edit", "course", "provider", "organisation"),
    ("editions:edit", "edition", "provider", "organisation"),
    ("editions:edit", "draft", "course", "course"),
    ("editions:edit", "edition", "location", "location"),
    ("editions:edit", "edition", "trainers", "trainer"),
    ("sessions:edit", "planned", "room", "room"),
    ("outcomes:edit", "outcome", "course", "course"),
    ("prices:edit", "price", "course", "course"),
    ("parts:edit", "part", "programme", "course"),
    ("course-skills:edit", "course-skill", "course", "course"),
    ("locations:edit", "location", "organisation", "organisation"),
    ("rooms:edit", "room", "location", "location"),
    ("closed-periods:edit", "closed-period", "organisation", "organisation"),
    ("assessments:edit", "assessment", "course", "course"),
    ("certificate-layouts:edit", "certificate-layout", "organisation", "organisation"),
    ("course-certificates:edit", "course-certificate", "course", "course"),
    ("course-certificates:edit", "course-certificate", "layout", "certificate-layout"),
    ("organisation-logos:edit", "organisation-logo", "organisation", "organisation"),
]


@pytest.mark.parametrize(("name", "row", "field", "foreign"), CRAFTED, ids=lambda value: str(value))
def test_a_crafted_form_cannot_reach_into_another_house(world: World, name: str, row: str, field: str, foreign: str):
    client, thing = world.clients["coordinator"], world.ours.rows[row]
    address = reverse(name, args=[thing.pk])
    data = sent_to(name, address, world)
    theirs = world.theirs.people[foreign] if foreign == "trainer" else world.theirs.rows[foreign]
    before = state_of_everything()
    response = client.post(address, data | {field: theirs.pk})
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert state_of_everything() == before


def test_an_export_is_read_by_a_dutch_spreadsheet_and_runs_nothing(world: World):
    edition = world.row("edition")
    edition.course.title_nl = "=1+1"
    edition.course.save()
    response = world.clients["coordinator"].get(reverse("editions:index"), {"export": "csv"})
    text = response.content.decode("utf-8-sig")
    assert f'"{edition.code}";"\'=1+1";"gepubliceerd"' in text or f'"{edition.code}";"\'=1+1";"published"' in text
    assert f"{_local(edition.starts_at):%d-%m-%Y %H:%M}" in text


def _local(moment: datetime) -> datetime:
    return moment.astimezone(NOW.tzinfo)


def test_someone_with_a_role_in_two_houses_writes_only_where_the_role_says_so(world: World):
    """An auditor sees every house; being coordinator of one as well does not make them editor of the others."""
    auditor = world.users["auditor"]
    MembershipFactory(user=auditor, organisation=world.theirs.provider, role="coordinator")
    client = world.clients["auditor"]
    ours, theirs = world.ours.rows["edition"], world.theirs.rows["edition"]
    assert told(client.get(reverse("editions:inspect", args=[ours.pk]))) == "200"
    assert told(client.get(reverse("editions:edit", args=[ours.pk]))) == "home"
    assert told(client.get(reverse("editions:edit", args=[theirs.pk]))) == "200"
    listed = client.get(reverse("editions:index")).content.decode()
    assert reverse("editions:edit", args=[theirs.pk]) in listed
    assert reverse("editions:edit", args=[ours.pk]) not in listed
