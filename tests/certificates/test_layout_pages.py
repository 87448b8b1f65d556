"""Layouts as the office and a house fill them in, what courses choose, and what of it is frozen."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import ProtectedError
from django.urls import reverse

from certificates.actions import issue_certificate, request_certificate
from certificates.actions.layouts import make_default, save_course_certificate, save_layout, save_organisation_logo
from certificates.drawing import draw_certificate
from certificates.logos import read_logo
from certificates.making import make, pictures_of
from certificates.models import Certificate, CertificateLayout, CourseCertificate, Logo, OrganisationLogo
from certificates.reading import reading_of
from lms.kernel.models import Event
from lms.people.models import Organisation
from tests.certificates.samples import SVG, png
from tests.certificates.test_drawing import pages_of, roles_of, text_of
from tests.factories import CourseFactory, EnrolmentFactory, OrganisationFactory
from tests.kernel.test_back_office import errors_in, filled_in, save, signed_in

OWN = {"colour": "#6a1b4d", "accent": "#b8860b"}


@pytest.fixture(autouse=True)
def _at_now(clock) -> None:
    """Views look at the clock themselves."""


@pytest.fixture
def provider(course) -> Organisation:
    return course.provider


@pytest.fixture
def layout(provider, now) -> CertificateLayout:
    filled = CertificateLayout(name="Eigen stijl", organisation=provider, design="banner", **OWN)
    return save_layout(filled, logo=read_logo(SVG), by=None, at=now)


def svg_file(content: bytes = SVG) -> SimpleUploadedFile:
    return SimpleUploadedFile("logo.svg", content, "image/svg+xml")


# Filling in


def test_a_house_fills_in_a_layout_with_its_colours_logo_words_and_signatories(chris, provider):
    client, address = signed_in(chris), reverse("certificate-layouts:add")
    response = save(
        client,
        address,
        name="Huisstijl",
        organisation=provider.pk,
        design="calm",
        colour="#6A1B4D",
        accent="#b8860b",
        words_nl="Blijf leren.",
        words_en="Keep learning.",
        signatory_1_role_nl="Hoofd opleidingen",
        signatory_1_role_en="Head of training",
        signatory_1_name="Noor Bakker",
        logo_file=svg_file(),
    )
    assert response.status_code == 302, response.context and response.context["form"].errors
    made = CertificateLayout.objects.get()
    assert (made.design, made.colour, made.organisation) == ("calm", "#6a1b4d", provider)
    assert made.logo.is_drawing
    assert made.signatories == [{"role": {"nl": "Hoofd opleidingen", "en": "Head of training"}, "name": "Noor Bakker"}]
    assert Event.objects.about(made).get().verb == "certificatelayout.created"
    # Opened again, it is as it was entered; saved again without a file, the logo stays.
    again = save(client, reverse("certificate-layouts:edit", args=[made.pk]), name="Onze stijl")
    assert again.status_code == 302
    made.refresh_from_db()
    assert (made.name, made.logo_id is not None, len(made.signatories)) == ("Onze stijl", True, 1)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("colour", "#ffd700", "te licht"),
        ("colour", "blue", "zes cijfers"),
        ("accent", "#ffff00", "te licht"),
        ("words_nl", "Alleen Nederlands", "beide talen"),
        ("signatory_1_name", "Noor", "rol in beide talen"),
        ("signatory_2_role_nl", "Hoofd", "rol in beide talen"),
    ],
)
def test_what_cannot_be_printed_well_is_said_beside_its_field(officer, field, value, said):
    response = save(signed_in(officer), reverse("certificate-layouts:add"), name="Stijl", **{field: value})
    assert said in errors_in(response)
    assert response.context["form"][field].value() == value or field.startswith("signatory"), "what was typed is kept"
    assert not CertificateLayout.objects.exists()


@pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", SVG.replace(b"<circle", b"<text"), b"\x89PNG\r\n\x1a\n"])
def test_a_logo_that_is_not_safe_is_refused_and_nothing_is_kept(officer, content):
    response = save(signed_in(officer), reverse("certificate-layouts:add"), name="Stijl", logo_file=svg_file(content))
    assert "logo_file" in response.context["form"].errors
    assert not Logo.objects.exists()


def test_only_the_programme_office_makes_layouts_for_every_house(chris, officer):
    response = save(signed_in(chris), reverse("certificate-layouts:add"), name="Voor allen", organisation="")
    assert "Kies je organisatie" in str(response.context["form"].errors)
    assert save(signed_in(officer), reverse("certificate-layouts:add"), name="Voor allen").status_code == 302


def test_a_logo_is_kept_once_whoever_brings_it(layout, provider, now):
    other = save_organisation_logo(OrganisationLogo(organisation=provider), logo=read_logo(SVG), by=None, at=now)
    assert other.logo == layout.logo
    assert Logo.objects.count() == 1
    with pytest.raises(ProtectedError):
        layout.logo.delete()


def test_the_logo_of_an_organisation_must_have_a_file(chris, provider):
    client, address = signed_in(chris), reverse("organisation-logos:add")
    assert "Kies het bestand" in errors_in(save(client, address, organisation=provider.pk))
    picture = SimpleUploadedFile("logo.png", png(), "image/png")
    assert save(client, address, organisation=provider.pk, logo_file=picture).status_code == 302
    assert not OrganisationLogo.objects.get().logo.is_drawing


# Choosing


def test_a_course_has_its_own_layout_or_its_providers_or_the_offices_or_the_houses(course, layout, now):
    find = CertificateLayout.objects.all().for_course
    assert find(course, course.provider) is None
    office = save_layout(CertificateLayout(name="Bureau", design="calm"), by=None, at=now)
    make_default(office, by=None, at=now)
    assert find(course, course.provider) == office
    make_default(layout, by=None, at=now)
    assert find(course, course.provider) == layout
    assert find(course, OrganisationFactory(provider=True)) == office, "a default of one house is nobody else's"
    save_course_certificate(CourseCertificate(course=course, layout=office), by=None, at=now)
    assert find(course, course.provider) == office


def test_a_new_default_takes_the_place_of_the_old(layout, provider, chris, now):
    other = save_layout(CertificateLayout(name="Nieuw", organisation=provider), by=None, at=now)
    make_default(layout, by=chris, at=now)
    client = signed_in(chris)
    assert client.post(reverse("decide_certificatelayout_default", args=[other.pk])).status_code == 302
    layout.refresh_from_db()
    other.refresh_from_db()
    assert (layout.is_default, other.is_default) == (False, True)
    assert [one.verb for one in Event.objects.about(layout)][-1] == "certificatelayout.no_longer_default"


def test_a_course_cannot_have_another_houses_layout(officer, layout):
    elsewhere = CourseFactory(provider=OrganisationFactory(provider=True))
    address = reverse("course-certificates:add")
    response = save(signed_in(officer), address, course=elsewhere.pk, layout=layout.pk)
    assert "een andere organisatie" in errors_in(response)


def test_from_a_course_one_comes_to_its_certificate(chris, course, layout, now):
    client, address = signed_in(chris), reverse("certificate_of_course", args=[course.pk])
    assert client.get(address)["Location"] == f"{reverse('course-certificates:add')}?course={course.pk}"
    form = client.get(address, follow=True).context["form"]
    assert form.initial["course"] == str(course.pk)
    row = save_course_certificate(CourseCertificate(course=course, layout=layout), by=None, at=now)
    assert client.get(address)["Location"] == reverse("course-certificates:edit", args=[row.pk])
    assert address in client.get(reverse("courses:edit", args=[course.pk])).content.decode()


# Freezing


def test_a_certificate_freezes_the_layout_the_logos_and_the_signatories(finished, layout, now):
    course = finished.edition.course
    logo = read_logo(png())
    save_organisation_logo(OrganisationLogo(organisation=course.provider), logo=logo, by=None, at=now)
    layout.signatories = [{"role": {"nl": "Directeur", "en": "Director"}, "name": ""}]
    save_layout(layout, by=None, at=now)
    expert = {"role": {"nl": "Lector", "en": "Professor"}, "name": "Aad Smit"}
    settled = CourseCertificate(course=course, layout=layout, language="en", signatories=[expert])
    save_course_certificate(settled, by=None, at=now)

    snapshot = request_certificate(finished, kind="participation", by=None, at=now).snapshot

    assert snapshot["version"] == 2
    assert snapshot["language"] == "en"
    assert snapshot["layout"] == {
        "design": "banner", **OWN, "logo": layout.logo.digest, "words": {"nl": "", "en": ""}
    }  # fmt: skip
    assert snapshot["provider"]["logo"] == OrganisationLogo.objects.get().logo.digest
    assert [one["role"]["en"] for one in snapshot["signatories"]] == [course.signatory_role_en, "Professor", "Director"]
    assert [role for role, _name in reading_of(snapshot).signatories][1:] == ["Lector", "Directeur"]


def test_a_changed_layout_never_touches_what_was_issued(finished, layout, now):
    """The layout, its logo, the organisation's logo and the default are all changed; the bytes stay."""
    course = finished.edition.course
    make_default(layout, by=None, at=now)
    mark = save_organisation_logo(
        OrganisationLogo(organisation=course.provider), logo=read_logo(png()), by=None, at=now
    )
    certificate = issue_certificate(request_certificate(finished, kind="participation", by=None, at=now), at=now)
    issued = certificate.pdf.open("rb").read()
    assert {"Logo van RoboHouse", "Logo of RoboHouse"} & {alt for _role, _lang, alt in roles_of(issued)}

    layout.design, layout.colour, layout.words_nl, layout.words_en = "calm", "#000000", "Anders", "Different"
    save_layout(layout, logo=read_logo(png(600, 300)), by=None, at=now)
    save_organisation_logo(mark, logo=read_logo(png(500, 250)), by=None, at=now)
    layout.delete()
    mark.delete()

    certificate = Certificate.objects.get(pk=certificate.pk)
    assert make(certificate).pdf == issued
    assert certificate.pdf.open("rb").read() == issued


def test_a_certificate_of_before_there_were_layouts_is_issued_as_it_was(finished, layout, now):
    make_default(layout, by=None, at=now)
    certificate = request_certificate(finished, kind="participation", by=None, at=now)
    before = dict(certificate.snapshot, version=1)
    del before["layout"]
    for house in (before["issuer"], before["provider"]):
        house.pop("logo")
    Certificate.objects.filter(pk=certificate.pk).update(snapshot=before)

    issued = issue_certificate(Certificate.objects.get(pk=certificate.pk), at=now)

    assert issued.pdf.open("rb").read() == draw_certificate(before)
    assert pictures_of(before) == {}


def test_without_any_layout_a_certificate_asks_for_no_logo(finished, now, django_assert_num_queries):
    certificate = request_certificate(finished, kind="participation", by=None, at=now)
    with django_assert_num_queries(0):
        assert make(certificate).pdf


# Looking beforehand


def previewed(client, address: str, **data):
    response = client.post(address, data) if data else client.get(address)
    return response, b"".join(response) if response.streaming else response.content


@pytest.mark.parametrize("design", CertificateLayout.Design.values)
@pytest.mark.parametrize("sample", ["short", "long"])
def test_a_preview_shows_what_is_filled_in_and_saves_nothing(officer, design, sample):
    client = signed_in(officer)
    data = filled_in(client, reverse("certificate-layouts:add"), name="", design=design, words_nl="Blijf leren.")
    data |= {"words_en": "Keep learning.", "preview-sample": sample, "preview-language": "en"}
    data |= {"preview-kind": "assessed", "logo_file": svg_file(), **OWN}
    events = Event.objects.count()

    response, drawn = previewed(client, reverse("certificate_preview"), **data)

    assert response["Content-Type"] == "application/pdf"
    assert "Keep learning. / Blijf leren." in text_of(drawn)
    assert ("Robin de Wit" if sample == "short" else "Vroegindeweij") in text_of(drawn)
    assert not CertificateLayout.objects.exists()
    assert not Logo.objects.exists()
    assert not Certificate.objects.exists()
    assert Event.objects.count() == events


def test_a_preview_says_what_is_wrong_instead(officer):
    client = signed_in(officer)
    for wrong, said in (
        ({"colour": "#ffd700"}, "te licht"),
        ({"words_nl": "مرحبا", "words_en": "Hi"}, "We hebben geen letter voor"),
        ({"logo_file": svg_file(b"<svg")}, "niet te lezen"),
    ):
        data = filled_in(client, reverse("certificate-layouts:add"), name="Stijl", **wrong)
        response = client.post(reverse("certificate_preview"), data)
        assert response.status_code == 422
        assert said in response.content.decode()


def test_a_saved_layout_shows_itself_in_a_frame_of_the_back_office(chris, layout):
    client, address = signed_in(chris), reverse("certificate_preview_of", args=[layout.pk])
    response, drawn = previewed(client, address)
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert pages_of(drawn) >= 1
    page = client.get(reverse("certificate-layouts:edit", args=[layout.pk])).content.decode()
    assert f'src="{address}"' in page
    assert f'formaction="{address}"' in page


def test_a_dropped_logo_is_gone_from_the_preview_and_after_saving(chris, layout):
    client, address = signed_in(chris), reverse("certificate-layouts:edit", args=[layout.pk])
    data = filled_in(client, address, drops_logo="on")
    _response, drawn = previewed(client, reverse("certificate_preview_of", args=[layout.pk]), **data)
    assert not [alt for _role, _lang, alt in roles_of(drawn) if alt.startswith("Logo")]
    layout.refresh_from_db()
    assert layout.logo
    assert save(client, address, drops_logo="on").status_code == 302
    layout.refresh_from_db()
    assert layout.logo is None


def test_two_enrolments_of_one_course_have_the_same_layout_and_each_their_own_name(finished, layout, dina, now):
    make_default(layout, by=None, at=now)
    one = request_certificate(finished, kind="participation", by=None, at=now)
    more = EnrolmentFactory(edition=finished.edition, learner=dina, completed=True)
    other = request_certificate(more, kind="participation", by=None, at=now)
    assert one.snapshot["layout"] == other.snapshot["layout"]
    assert one.snapshot["learner"] != other.snapshot["learner"]
    assert io.BytesIO(make(one).pdf).read() != make(other).pdf
