"""Pages of partners and funders."""

import pytest
from django.core.exceptions import ValidationError

from cms.actions import build_lab_page, build_partner_page, build_site
from cms.models import PartnerPage
from lms.people.models import Organisation
from tests.cms.test_pages import one_line, words
from tests.factories import OrganisationFactory


@pytest.fixture
def tno(site):
    partner = OrganisationFactory(
        code="tno",
        name="TNO",
        is_partner=True,
        partner_role="programme_lead",
        description_nl="Programmaleider innovatie",
        description_en="Programme lead (innovation)",
        website="https://www.tno.nl/",
    )
    build_site()
    return partner


def test_partners_stand_under_what_they_do_with_their_name_set_in_type(client, tno):
    OrganisationFactory(name="Provincie", is_funder=True)
    OrganisationFactory(name="Iemand", is_partner=True, partner_role="something_else")
    build_site()
    roles = client.get("/en/partners/").context["roles"]
    assert [(str(heading), [one["title"] for one in found]) for heading, found in roles] == [
        ("Leads the programme", ["TNO"]),
        ("Pays for it", ["Provincie"]),
        ("Takes part", ["Iemand"]),
    ]
    assert '<a class="wordmark" href="/en/partners/tno/">TNO</a>' in one_line(client.get("/en/partners/"))


def test_a_partner_shows_its_role_its_courses_and_where_these_are_given(client, tno, cobots, edition, robohouse):
    build_lab_page(robohouse)
    build_partner_page(tno, courses=[cobots])
    page = client.get("/en/partners/tno/")
    assert "Programme lead (innovation)" in words(page)
    assert [card.code for card in page.context["cards"]] == [cobots.code]
    assert page.context["labs"] == [("RoboHouse", "/en/labs/robohouse/")]
    assert 'href="https://www.tno.nl/"' in one_line(page)


def test_partners_stand_on_the_front_page(client, tno):
    page = client.get("/en/")
    assert [one["title"] for one in page.context["partners"]] == ["TNO"]
    assert 'href="/en/partners/tno/"' in one_line(page)


def test_employers_and_labs_have_no_partner_page(site, robohouse):
    OrganisationFactory(name="Werkgever", is_employer=True)
    Organisation.objects.filter(pk=robohouse.pk).update(is_partner=True)
    build_site()
    assert not PartnerPage.objects.exists()


def test_one_page_per_partner_and_language(tno):
    first = PartnerPage.objects.get(organisation=tno, locale__language_code="nl")
    with pytest.raises(ValidationError, match="partner"):
        PartnerPage(title="Nog een", slug="nog-een", organisation=tno, locale=first.locale).clean()


def test_an_overview_without_partners_says_so(client, site):
    assert "No partners yet" in words(client.get("/en/partners/"))


def test_partners_ask_as_many_questions_for_twenty_as_for_one(client, tno, django_assert_max_num_queries):
    def questions(url):
        client.get(url)
        with django_assert_max_num_queries(100) as counted:
            assert client.get(url).status_code == 200
        return len(counted)

    urls = ["/en/partners/", "/en/"]
    few = [questions(url) for url in urls]
    for number in range(20):
        OrganisationFactory(name=f"Partner {number}", is_partner=True)
    build_site()
    assert [questions(url) for url in urls] == few
