"""The year file: everything an employer's people share, in one ZIP that is made in the background."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from openpyxl import load_workbook

from certificates.actions import bundles as bundle_actions
from certificates.actions import revoke_certificate
from certificates.archives import ArchivePart
from certificates.models import Bundle, Certificate, document_storage
from certificates.privacy import _end_files
from certificates.tasks import look_after_bundles, make_bundle
from enrolments.actions import revoke_grant
from enrolments.models import Enrolment, Grant
from lms.kernel.models import Event
from lms.kernel.privacy import Erasure, Subject
from lms.messages.models import Message
from lms.people.models import Department, User
from tests.certificates.conftest import issued
from tests.factories import EditionFactory, EnrolmentFactory, GrantFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def both(granted, of_dina) -> list[Certificate]:
    """Two colleagues share theirs with Van Dorp."""
    GrantFactory(enrolment=of_dina.enrolment)
    return [granted.enrolment.certificates.get(), of_dina]


def ask(company, hr, now, **choice) -> Bundle:
    choice = {"starts_on": None, "ends_on": None, "department": None, "course": None} | choice
    return bundle_actions.ask_year_file(company, **choice, by=hr, at=now)


def made(bundle: Bundle) -> Bundle:
    make_bundle(bundle.pk)
    return Bundle.objects.select_related("asked_by", "company", "edition").get(pk=bundle.pk)


def opened(content: bytes) -> tuple[dict[str, bytes], list[dict[str, object]]]:
    """The documents, and the rows of the index."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    files = {name: archive.read(name) for name in archive.namelist()}
    rows = list(load_workbook(io.BytesIO(files.pop("index.xlsx"))).active.values)
    return files, [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def taken(bundle: Bundle, hr, now) -> tuple[dict[str, bytes], list[dict[str, object]]]:
    return opened(b"".join(bundle_actions.take(bundle, by=hr, at=now)))


# What is in it --------------------------------------------------------------------------------------------------------


def test_every_document_under_a_readable_name_and_an_index(vandorp, hr, both, now):
    bundle = made(ask(vandorp, hr, now))
    assert (bundle.state, bundle.total, bundle.done) == (Bundle.State.READY, 2, 2)
    files, index = taken(bundle, hr, now)
    assert set(files) == {
        "bewijs-van-deelname_p-02_cobots-27-2_haddad-amal.pdf",
        "bewijs-van-deelname_p-02_2026n_wit-dina-de.pdf",
    }
    assert {hashlib.sha256(content).hexdigest() for content in files.values()} == {one.pdf_sha256 for one in both}
    [amal] = [row for row in index if row["Naam"] == "Amal Haddad"]
    assert amal["Opleiding"] == "Cobots in de praktijk"
    assert amal["Afgegeven op"].date() == now.date()
    assert amal["Uren"] == both[0].snapshot["workload"]["total_minutes"] / 60
    assert (amal["Geldig tot en met"], amal["Status"]) == (None, "geldig")
    assert amal["Te controleren op"] == both[0].snapshot["verify_url"]
    assert amal["Bestand"] in files


@pytest.mark.usefixtures("both")
def test_a_name_that_looks_like_a_formula_is_text(vandorp, hr, both, now):
    Certificate.objects.filter(pk=both[0].pk).update(snapshot=both[0].snapshot | {"learner": {"name": "=1+1"}})
    _files, index = taken(made(ask(vandorp, hr, now)), hr, now)
    assert "'=1+1" in {row["Naam"] for row in index}


def test_two_of_one_name_are_told_apart(vandorp, hr, granted, now):
    namesake = UserFactory(given_name="Amal", family_name="Haddad")
    enrolment = EnrolmentFactory(
        edition=granted.enrolment.edition, learner=namesake, employee=True, employer=vandorp, completed=True
    )
    issued(enrolment, now)
    GrantFactory(enrolment=enrolment)
    files, index = taken(made(ask(vandorp, hr, now)), hr, now)
    assert len(files) == len({row["Bestand"] for row in index}) == 2


@pytest.mark.parametrize(
    ("choice", "who"),
    [
        ({"starts_on": date(2027, 1, 1), "ends_on": date(2027, 12, 31)}, {"Amal Haddad", "Dina de Wit"}),
        ({"starts_on": date(2027, 2, 8), "ends_on": date(2027, 2, 8)}, {"Amal Haddad"}),
        ({"ends_on": date(2027, 2, 7)}, {"Dina de Wit"}),
        ({"department": "Montage"}, {"Amal Haddad"}),
    ],
    ids=["the year", "that day", "until the day before", "a department"],
)
def test_what_was_chosen_and_nothing_else(vandorp, hr, both, amal, now, choice, who):
    Certificate.objects.filter(pk=both[1].pk).update(requested_at=now - timedelta(days=3))
    if "department" in choice:
        choice = {"department": Department.objects.create(organisation=vandorp, name="Montage")}
        amal.employments.update(department=choice["department"])
    _files, index = taken(made(ask(vandorp, hr, now, **choice)), hr, now)
    assert {row["Naam"] for row in index} == who


def test_of_one_course(vandorp, hr, both, taught, now):
    assert ask(vandorp, hr, now, course=taught).total == 2
    other = EditionFactory().course
    with pytest.raises(bundle_actions.NothingToPutIn):
        ask(vandorp, hr, now, course=other)


def test_a_document_that_cannot_be_read_is_named_in_the_index(vandorp, hr, both, now):
    document_storage().delete(both[0].pdf.name)
    files, index = taken(made(ask(vandorp, hr, now)), hr, now)
    assert len(files) == 1
    [amal] = [row for row in index if row["Naam"] == "Amal Haddad"]
    assert amal["Bestand"] == "kon niet worden gelezen"


# Part by part ---------------------------------------------------------------------------------------------------------


def test_a_zip_grows_in_parts_and_is_one_file(now):
    whole, placed = io.BytesIO(), []
    for number in range(3):
        piece = io.BytesIO()
        part = ArchivePart(piece, begins_at=whole.tell())
        placed += [part.add(f"{number}-{one}.pdf", bytes([number, one]) * 500, dated=now) for one in range(4)]
        assert part.close() == len(piece.getvalue())
        whole.write(piece.getvalue())
    last = io.BytesIO()
    part = ArchivePart(last, begins_at=whole.tell())
    part.add("index.txt", b"all", dated=now)
    assert part.close_all(placed) == len(last.getvalue())
    whole.write(last.getvalue())
    archive = zipfile.ZipFile(whole)
    assert archive.testzip() is None
    assert archive.namelist() == [*(one.name for one in placed), "index.txt"]
    assert archive.read("2-3.pdf") == bytes([2, 3]) * 500


def test_a_worker_killed_between_parts_goes_on_where_it_was(vandorp, hr, both, now, monkeypatch):
    monkeypatch.setattr(bundle_actions, "IN_A_PART", 1)
    bundle = ask(vandorp, hr, now)
    assert bundle_actions.go_on(bundle, at=now)  # and then it is killed
    bundle.refresh_from_db()
    assert (bundle.done, bundle.total, bundle.state) == (1, 2, Bundle.State.MAKING)
    assert bundle.parts.count() == 1
    files, _index = taken(made(bundle), hr, now)
    assert len(files) == 2
    assert bundle.parts.count() == 3  # two documents, then the index


def test_a_bell_that_was_lost_is_rung_again_after_a_minute(vandorp, hr, both, now, monkeypatch):
    rung = []
    monkeypatch.setattr(make_bundle, "delay", rung.append)
    bundle = ask(vandorp, hr, now - timedelta(seconds=30))
    assert look_after_bundles() == 0
    Bundle.objects.update(moved_at=now - timedelta(minutes=2))
    assert look_after_bundles() == 1
    assert rung == [bundle.pk]


def test_a_part_that_another_worker_added_first_is_thrown_away(vandorp, hr, both, now, monkeypatch):
    """Both read the same place in the row; the second finds the part there when it wants to add its own."""
    bundle = ask(vandorp, hr, now)
    real = document_storage().save
    once = []

    def save(path, content, **kwargs):
        if not once:
            once.append(path)
            bundle_actions.go_on(bundle, at=now)  # the other worker, all of it, in the meantime
        return real(path, content, **kwargs)

    monkeypatch.setattr(document_storage(), "save", save)
    bundle_actions.go_on(bundle, at=now)
    monkeypatch.undo()
    assert bundle.parts.count() == 1
    assert bundle.items.count() == 2
    files, _index = taken(made(bundle), hr, now)
    assert len(files) == 2
    assert len(document_storage().listdir(f"bundles/{bundle.uuid}")[1]) == 2


def test_asking_again_while_it_is_being_made_is_one_file(vandorp, hr, both, now):
    assert ask(vandorp, hr, now) == ask(vandorp, hr, now)


# Only what is granted at the moment of download -----------------------------------------------------------------------


def test_what_is_no_longer_shared_is_left_out_and_nothing_is_handed_out_meanwhile(
    client, vandorp, hr, both, granted, amal, now
):
    bundle = made(ask(vandorp, hr, now))
    revoke_grant(granted, by=amal, at=now)
    client.force_login(hr)
    answer = client.get(reverse("certificates:file_download", args=[bundle.uuid]), follow=True)
    assert answer["Content-Type"].startswith("text/html")
    assert "opnieuw" in answer.content.decode()
    assert not Event.objects.filter(verb="certificate.downloaded").exists()
    bundle = made(bundle)
    files, index = taken(bundle, hr, now)
    assert [row["Naam"] for row in index] == ["Dina de Wit"]
    assert len(files) == 1


def test_what_was_revoked_is_left_out(vandorp, hr, both, officer, now):
    bundle = made(ask(vandorp, hr, now))
    revoke_certificate(both[0], public_reason="mistake", inside_reason="Dubbel", by=officer, at=now)
    with pytest.raises(bundle_actions.MadeAgain):
        bundle_actions.take(bundle, by=hr, at=now)


def test_when_everything_was_taken_back_it_says_so(client, vandorp, hr, granted, amal, now):
    bundle = made(ask(vandorp, hr, now))
    revoke_grant(granted, by=amal, at=now)
    client.force_login(hr)
    client.get(reverse("certificates:file_download", args=[bundle.uuid]))
    assert made(bundle).state == Bundle.State.EMPTY
    assert client.get(reverse("certificates:file", args=[bundle.uuid])).status_code == 200


def test_who_is_hr_no_longer_finds_no_file(client, vandorp, hr, both, now, clock):
    bundle = made(ask(vandorp, hr, now))
    hr.memberships.update(ends_on=now.date())
    clock.shift(24 * 3600)
    client.force_login(hr)
    for name in ("file", "file_download"):
        assert client.get(reverse(f"certificates:{name}", args=[bundle.uuid])).status_code == 404
    with pytest.raises(PermissionDenied):
        bundle_actions.take(bundle, by=User.objects.get(pk=hr.pk), at=now)


def test_nobody_takes_the_file_of_another(client, vandorp, hr, both, hr_elsewhere, officer, amal, now):
    bundle = made(ask(vandorp, hr, now))
    for user in (hr_elsewhere, officer, amal):
        client.force_login(user)
        assert client.get(reverse("certificates:file_download", args=[bundle.uuid])).status_code == 404


def test_each_learner_sees_who_downloaded(vandorp, hr, both, now):
    list(bundle_actions.take(made(ask(vandorp, hr, now)), by=hr, at=now))
    for one in both:
        assert Event.objects.about(one).get(verb="certificate.downloaded").by == hr


def test_the_certificate_of_participation_of_who_failed_is_not_in_it(vandorp, hr, granted, taught, now):
    taught.certificate_kind = "assessed"
    taught.save(update_fields=["certificate_kind"])
    Enrolment.objects.filter(grants=granted).update(outcome="attended")
    with pytest.raises(bundle_actions.NothingToPutIn):
        ask(vandorp, hr, now)


# When it is ready, and when it is over --------------------------------------------------------------------------------


def test_a_letter_says_that_it_is_ready_with_nothing_attached(vandorp, hr, both, now):
    bundle = made(ask(vandorp, hr, now))
    letter = Message.objects.get(kind="bundle_ready")
    assert letter.recipient == hr
    assert reverse("certificates:file", args=[bundle.uuid]) in letter.text
    assert letter.calendar == ""


def test_after_seven_days_the_file_is_gone(client, vandorp, hr, both, now, clock):
    bundle = made(ask(vandorp, hr, now))
    assert bundle.expires_at >= now + timedelta(days=7)
    paths = [part.file.name for part in bundle.parts.all()]
    clock.shift(timedelta(days=7, minutes=1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.transaction.on_commit", lambda act, **_kwargs: act())
        look_after_bundles()
    bundle.refresh_from_db()
    assert (bundle.state, bundle.items.count()) == (Bundle.State.OVER, 0)
    assert not any(document_storage().exists(path) for path in paths)
    client.force_login(hr)
    page = client.get(reverse("certificates:file", args=[bundle.uuid]))
    assert page.status_code == 200
    assert "niet meer" in page.content.decode()


def test_its_last_moment_is_its_last_also_where_nobody_cleared_it_away(client, vandorp, hr, both, now, clock):
    bundle = made(ask(vandorp, hr, now))
    client.force_login(hr)
    clock.move_to(bundle.expires_at)
    answer = client.get(reverse("certificates:file_download", args=[bundle.uuid]))
    assert answer["Location"] == reverse("certificates:file", args=[bundle.uuid])
    page = client.get(answer["Location"]).content.decode()
    assert "niet meer" in page
    assert reverse("certificates:file_download", args=[bundle.uuid]) not in page
    assert not Event.objects.filter(verb="bundle.taken").exists()


@pytest.mark.parametrize(
    "changes",
    [
        lambda colleague, at: colleague.employments.update(ends_on=at.date() - timedelta(days=1)),
        lambda colleague, at: Grant.objects.filter(learner=colleague).update(revoked_at=at),
        lambda colleague, at: Certificate.objects.filter(enrolment__learner=colleague).update(erased_at=at),
    ],
    ids=["left the company", "takes back the grant", "was erased"],
)
def test_whatever_changed_between_asking_and_downloading_is_seen_at_the_door(
    client, vandorp, hr, both, dina, now, changes
):
    bundle = made(ask(vandorp, hr, now))
    changes(dina, now)
    client.force_login(hr)
    answer = client.get(reverse("certificates:file_download", args=[bundle.uuid]))
    assert answer["Location"] == reverse("certificates:file", args=[bundle.uuid])
    bundle.refresh_from_db()
    assert bundle.state == Bundle.State.MAKING
    made(bundle)
    answer = client.get(reverse("certificates:file_download", args=[bundle.uuid]))
    content = b"".join(answer.streaming_content)
    assert b"haddad" in content
    assert b"wit-dina" not in content


def test_a_file_goes_when_someone_in_it_has_their_data_erased(vandorp, hr, both, amal, now):
    bundle = made(ask(vandorp, hr, now))
    erasure = Erasure(Subject(amal), now, certificates="number")
    _end_files(bundle.items.filter(certificate=both[0]), erasure)
    bundle.refresh_from_db()
    assert bundle.state == Bundle.State.OVER


# Pages ----------------------------------------------------------------------------------------------------------------


def test_hr_presses_one_button_for_the_year(client, vandorp, hr, both, now):
    client.force_login(hr)
    page = client.get(reverse("certificates:employer"))
    form = page.context["form"]
    assert "jaarbestand van 2027" in page.content.decode()
    data = {name: form.get_initial_for_field(form.fields[name], name) or "" for name in form.fields}
    answer = client.post(reverse("certificates:ask_file"), data)
    bundle = Bundle.objects.get()
    assert answer["Location"] == reverse("certificates:file", args=[bundle.uuid])
    waiting = client.get(answer["Location"]).content.decode()
    assert 'hx-trigger="every 1s"' in waiting
    assert "0 van 2" in waiting
    made(bundle)
    ready = client.get(answer["Location"], headers={"HX-Request": "true"})
    assert ready["HX-Trigger-After-Swap"] == "file-ready"
    assert "hx-trigger" not in ready.content.decode()
    file = client.get(reverse("certificates:file_download", args=[bundle.uuid]))
    content = b"".join(file.streaming_content)
    assert (file["Content-Type"], int(file["Content-Length"])) == ("application/zip", len(content))
    assert file["Content-Disposition"] == 'attachment; filename="certificaten_2027_2027-02-08.zip"'
    assert file["Cache-Control"] == "private, no-store"
    assert len(opened(content)[1]) == 2


def test_a_wrong_period_is_told_beside_it_and_kept(client, vandorp, hr, both):
    client.force_login(hr)
    answer = client.post(reverse("certificates:ask_file"), {"starts_on": "2027-03-01", "ends_on": "2027-01-01"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'href="#id_ends_on"' in page
    assert 'value="2027-03-01"' in page
    assert not Bundle.objects.exists()


def test_a_period_with_nothing_in_it_is_told(client, vandorp, hr, both):
    client.force_login(hr)
    page = client.post(reverse("certificates:ask_file"), {"starts_on": "2020-01-01", "ends_on": "2020-12-31"})
    assert "Niemand deelt" in page.content.decode()
    assert not Bundle.objects.exists()


def test_a_department_of_another_employer_cannot_be_chosen(client, hr, both, hr_elsewhere):
    elsewhere = Department.objects.create(organisation_id=hr_elsewhere.memberships.get().organisation_id, name="X")
    client.force_login(hr)
    answer = client.post(reverse("certificates:ask_file"), {"department": elsewhere.pk})
    assert "department" in answer.context["form"].errors


def test_the_page_asks_the_database_as_much_for_many_files_as_for_one(
    client, vandorp, hr, both, taught, now, django_assert_max_num_queries
):
    def queries() -> int:
        client.force_login(hr)
        with django_assert_max_num_queries(80) as counted:
            client.get(reverse("certificates:employer"))
        return len(counted)

    made(ask(vandorp, hr, now))
    once = queries()
    made(ask(vandorp, hr, now, course=taught))
    made(ask(vandorp, hr, now, starts_on=now.date()))
    assert queries() <= once
