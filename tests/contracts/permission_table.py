"""Who may what: every address of the platform, for everyone who could ask for it.

The table is the whole of it. An address that is missing from it fails test_permission_matrix, and so does a line that
no longer stands for an address. Rows are those of our house (see houses): the second coordinator, trainer, learner and
HR are the other house's, for whom they must not exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from tests.contracts.houses import ROLES

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
GET  enrolments:claim                     200  200  200  200  200  200  200  200  200  200  200  200
GET  enrolments:claim_code                200  200  200  200  200  200  200  200  200  200  200  200
GET  enrolments:renew_claim_code          405  405  405  405  405  405  405  405  405  405  405  405
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
