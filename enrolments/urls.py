"""Addresses of enrolling, my page, the trainer's room and the employer's."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from enrolments.views import (
    approvals,
    employer,
    enrolling,
    my,
    offers,
    orders,
    sharing,
    subscription,
    trainer,
    trainer_line,
)
from enrolments.views.cockpit import announcing, calling_off, history, people
from enrolments.views.cockpit import edition as cockpit

app_name = "enrolments"

urlpatterns = [
    path(_("enrol/code/<uuid:token>/"), enrolling.code, name="code"),
    path(_("enrol/code/<uuid:token>/new/"), enrolling.renew_code, name="renew_code"),
    path(_("enrol/offer/<str:token>/"), offers.offer, name="offer"),
    path(_("enrol/<slug:edition>/"), enrolling.enrol, name="enrol"),
    path(_("my/"), my.my, name="my"),
    path(_("my/check-in/"), my.check_in, name="check_in"),
    path(_("my/my-calendar/"), subscription.page, name="my_calendar"),
    path(_("my/what-i-share/"), sharing.page, name="my_sharing"),
    path(_("my/what-i-share/<uuid:employer>/stop/"), sharing.stop, name="stop_sharing"),
    path(_("my/<str:code>/"), my.enrolment, name="enrolment"),
    path(_("my/<str:code>/calendar/"), my.calendar, name="calendar"),
    path(_("my/<str:code>/withdraw/"), my.withdraw, name="withdraw"),
    path(_("my/<str:code>/contract/"), orders.withdraw_contract, name="withdraw_contract"),
    path(_("my/<str:code>/offer/"), my.answer_offer, name="answer_offer"),
    path(_("my/<str:code>/sharing/"), my.sharing, name="sharing"),
    path(_("invoice-lines/<slug:edition>.<str:file_format>"), orders.invoice_lines_file, name="invoice_lines"),
    path(_("approvals/<uuid:uuid>/"), approvals.approval, name="approval"),
    # The trainer's room
    path(_("trainer/"), trainer.room, name="trainer"),
    path(_("trainer/about-me/"), trainer_line.trainer_line, name="trainer_line"),
    path(_("trainer/session/<uuid:session>/"), trainer.register, name="register"),
    path(_("trainer/session/<uuid:session>/close/"), trainer.close, name="register_close"),
    path(_("trainer/session/<uuid:session>/reopen/"), trainer.reopen, name="register_reopen"),
    path(_("trainer/session/<uuid:session>/code/"), trainer.session_code, name="session_code"),
    path(_("trainer/session/<uuid:session>/list/"), trainer.sheet, name="register_print"),
    path(_("trainer/session/<uuid:session>/list.csv"), trainer.sheet_csv, name="register_csv"),
    path(_("trainer/edition/<slug:edition>/results/"), trainer.results, name="results"),
    # The employer's room
    path(_("employer/"), employer.room, name="employer"),
    path(_("employer/export.<str:file_format>"), employer.export, name="employer_export"),
    path(_("employer/people/"), employer.people, name="staff"),
    path(_("employer/people/<int:pk>/"), employer.person, name="staff_member"),
    path(_("employer/people/<int:pk>/enrol/<slug:course>/"), employer.enrol_staff, name="enrol_staff"),
    path(_("employer/enrolment/<str:code>/"), employer.staff_enrolment, name="staff_enrolment"),
    path(_("employer/approvals/"), employer.approvals, name="employer_approvals"),
    path(_("employer/departments/"), employer.departments, name="departments"),
    path(_("employer/departments/<int:pk>/"), employer.department, name="department"),
    path(_("employer/colleagues/"), employer.colleagues, name="colleagues"),
    path(_("employer/colleagues/<int:pk>/end/"), employer.end_colleague, name="end_colleague"),
    path(_("employer/invitations/<int:pk>/withdraw/"), employer.withdraw_invitation, name="withdraw_hr_invitation"),
    path(_("employer/invitation/<uuid:token>/"), employer.invitation, name="hr_invitation"),
    path(_("employer/claim/"), employer.claim, name="claim"),
    path(_("employer/claim/<int:pk>/withdraw/"), employer.withdraw_claim, name="withdraw_claim"),
    # The coordinator's room
    path(_("office/editions/"), cockpit.editions, name="cockpit_editions"),
    path(_("office/editions/<slug:edition>/"), cockpit.cockpit, name="cockpit"),
    path(_("office/editions/<slug:edition>/places/"), cockpit.capacity, name="cockpit_capacity"),
    path(_("office/editions/<slug:edition>/go/"), cockpit.go, name="cockpit_go"),
    path(_("office/editions/<slug:edition>/cancel/"), calling_off.cancel, name="cockpit_cancel"),
    path(_("office/editions/<slug:edition>/enrol/"), people.enrol, name="cockpit_enrol"),
    path(_("office/editions/<slug:edition>/people/<str:code>/"), people.person, name="cockpit_person"),
    path(
        _("office/editions/<slug:edition>/people/<str:code>/withdraw/"),
        people.withdraw_person,
        name="cockpit_withdraw",
    ),
    path(_("office/editions/<slug:edition>/people/<str:code>/offer/"), people.offer, name="cockpit_offer"),
    path(_("office/editions/<slug:edition>/people/<str:code>/longer/"), people.extend, name="cockpit_extend"),
    path(_("office/editions/<slug:edition>/people/<str:code>/take-back/"), people.take_back, name="cockpit_take_back"),
    path(_("office/editions/<slug:edition>/messages/"), announcing.announcements, name="cockpit_announcements"),
    path(_("office/editions/<slug:edition>/messages/new/"), announcing.write, name="cockpit_announce"),
    path(
        _("office/editions/<slug:edition>/messages/<uuid:announcement>/"),
        announcing.announcement,
        name="cockpit_announcement",
    ),
    path(_("office/editions/<slug:edition>/timeline/"), history.timeline, name="cockpit_timeline"),
    path(
        _("office/editions/<slug:edition>/participants.<str:file_format>"),
        history.participants,
        name="cockpit_participants",
    ),
]
