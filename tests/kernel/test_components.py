"""Every component draws its sample, says what it must say to those who hear it, and holds to the strict policy."""

import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils.translation import override

from lms.kernel import forms as page_forms

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STATIC = Path(settings.BASE_DIR) / "static"


class SampleForm(page_forms.AccessibleForm, forms.Form):
    employer = forms.CharField(label="Employer", help_text="The name or the KvK number.")
    job = forms.CharField(label="Job", required=False)
    mail = forms.EmailField(label="E-mail address")
    payer = forms.ChoiceField(
        label="Who pays?", choices=[("e", "My employer"), ("me", "I do")], widget=forms.RadioSelect
    )
    sector = forms.ChoiceField(label="Sector", choices=[("m", "Metal")])
    terms = forms.BooleanField(label="I accept the terms.")
    needs = forms.CharField(label="Needs", required=False, widget=forms.Textarea)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def sample_card():
    return {
        "number": 2,
        "code": "P-02",
        "provider": "RoboHouse",
        "title": "Cobots",
        "url": "/x/",
        "text": "Words.",
        "starts": date(2027, 3, 4),
        "state": "open",
        "free": 8,
    }


SAMPLES = {
    "agenda_row": sample_card() | {"place": "Delft", "times": "09:00–16:30"},
    "brand": {"name": "SMITZH", "subline": "lifelong learning", "url": "/en/"},
    "breadcrumb": {"trail": [("Home", "/en/"), ("Courses", "/en/courses/")], "here": "Cobots"},
    "bullet": {"value": 1263, "target": 1000, "label": "Learners"},
    "card_course": sample_card(),
    "card_foot": sample_card(),
    "empty": {"title": "Nothing here", "text": "Because.", "url": "/x/", "action": "See courses"},
    "error_summary": {"errors": [("id_mail", "Wrong."), ("", "Also wrong.")]},
    "field": {"field": SampleForm()["employer"]},
    "fields": {"form": SampleForm()},
    "form": {"form": SampleForm({})},
    "hero_art": {},
    "note": {"tone": "warn", "title": "Mind", "text": "Words."},
    "pager": {"page": Paginator(range(200), 10).page(5), "address": "?q=cobot&page="},
    "ring": {"done": 3, "total": 4, "unit": "days", "label": "3 of 4"},
    "seats": {"taken": 11, "capacity": 14, "free": 3},
    "status": {"state": "open", "free": 3},
    "steps": {"steps": ["Situation", "Details", "Check"], "current": 2},
    "tblock": {"facts": [("Length", "4 days"), ("Level", "")], "three": True},
    "verdict": {"tone": "ok", "title": "Valid", "text": "Words."},
}


def draw(component, language="en", **values):
    with override(language):
        return render_to_string(f"components/{component}.html", values)


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize("component", sorted(SAMPLES))
def test_a_component_draws_its_sample_without_inline_style_or_script(component):
    html = draw(component, **SAMPLES[component])
    assert "<" in html
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=|javascript:", html)


@pytest.mark.parametrize("component", sorted(set(SAMPLES) - {"field", "fields", "form"}))
def test_a_component_is_well_formed(component):
    html = draw(component, **SAMPLES[component])
    closed = re.sub(r"(<img[^>]*)>", r"\1/>", html)
    ElementTree.fromstring(f"<div>{closed}</div>")  # noqa: S314  (our own drawing)


def test_every_icon_in_a_template_is_in_the_sprite():
    drawn = set(re.findall(r'id="i-([\w-]+)"', (STATIC / "sprite.svg").read_text()))
    asked = {
        (name, str(file.relative_to(TEMPLATES)))
        for file in TEMPLATES.rglob("*.html")
        for name in re.findall(r"{% icon (?:\w+\|default:)?\"([\w-]+)\"", file.read_text())
    }
    assert len(asked) > 10
    assert not {pair for pair in asked if pair[0] not in drawn}


@pytest.mark.parametrize(
    ("state", "free", "says", "tone"),
    [
        ("open", 8, "8 places free", "status--ok"),
        ("open", 5, "5 places free", "status--ok"),
        ("open", 4, "4 places left", "status--hot"),
        ("open", 1, "1 place left", "status--hot"),
        ("waitlist", 0, "Waiting list", "status--warn"),
        ("pending", 5, "Not certain yet", "status--info"),
        ("full", 0, "Full", "status"),
        ("running", 0, "Under way", "status--info"),
        ("finished", 0, "Finished", "status"),
        ("cancelled", 0, "Cancelled", "status--bad"),
        ("unplanned", 0, "No date planned", "status"),
    ],
)
def test_the_chip_says_in_words_and_an_icon_how_an_edition_stands(state, free, says, tone):
    html = draw("status", state=state, free=free)
    assert words(html) == says
    assert f'{tone}"' in html
    assert "#i-" in html


def test_the_chip_names_the_day_on_which_enrolment_opens():
    assert words(draw("status", state="soon", opens=date(2027, 3, 1))) == "Opens 1 March"


def test_a_chip_for_anything_else_takes_its_own_words():
    html = draw("status", tone="ok", label="Shared", icon="share-2")
    assert words(html) == "Shared"
    assert "#i-share-2" in html


def test_a_card_shows_cover_day_and_chip():
    html = draw("card_course", **sample_card())
    assert "covers/p02.svg" in html
    assert '<time datetime="2027-03-04">Thu 4 Mar</time>' in html
    assert "8 places free" in html


def test_a_wide_card_says_the_year_and_keeps_the_chip():
    html = draw("card_course", **sample_card() | {"wide": True, "meta": [("clock", "4 days")]})
    assert "Starts <time" in html
    assert "Thu 4 Mar 2027" in html
    assert "4 days" in html
    assert html.count("8 places free") == 1


def test_a_ninth_course_takes_the_first_cover_again():
    assert "covers/p01.svg" in draw("card_course", **sample_card() | {"number": 9})


@pytest.mark.parametrize(("value", "target", "bar", "mark"), [(50, 100, "45.5", "90.9"), (200, 100, "90.9", "45.5")])
def test_a_bullet_draws_value_and_target_to_the_same_scale(value, target, bar, mark):
    html = draw("bullet", language="nl", value=value, target=target, label="x")
    assert f'width="{bar}"' in html  # a point, also in Dutch: a comma would break the drawing
    assert f'd="M{mark} -2V20"' in html


def test_a_bullet_without_target_has_no_mark():
    html = draw("bullet", value=400, label="Companies")
    assert 'aria-label="Companies: 400"' in html
    assert 'class="m"' not in html


def test_a_bullet_says_its_figures_aloud():
    assert 'aria-label="Learners: 1,263, target 1,000"' in draw("bullet", **SAMPLES["bullet"])


def test_seats_are_one_tick_each():
    html = draw("seats", **SAMPLES["seats"])
    assert html.count("<rect") == 14
    assert html.count('class="t"') == 11
    assert "3 of 14 places free" in html


def test_empty_facts_are_left_out_of_the_title_block():
    assert words(draw("tblock", **SAMPLES["tblock"])) == "Length 4 days"


def test_steps_mark_what_is_done_and_where_one_is():
    html = draw("steps", **SAMPLES["steps"])
    assert html.count('class="done"') == 1
    assert '<li aria-current="step">Details</li>' in html


def test_the_pager_keeps_the_question_and_marks_the_page():
    html = draw("pager", **SAMPLES["pager"])
    assert 'href="?q=cobot&amp;page=6"' in html
    assert re.search(r'aria-label="Page 5" aria-current="page"', html)
    assert re.findall(r">(\d+)<", html) == ["1", "4", "5", "6", "20"]


def test_one_page_needs_no_pager():
    assert "<nav" not in draw("pager", page=Paginator(range(3), 10).page(1), address="?page=")


@pytest.mark.parametrize(
    ("level", "css"),
    [("success", "note--ok"), ("warning", "note--warn"), ("error", "note--bad"), ("info", 'class="note"')],
)
def test_a_message_has_the_tone_of_its_level(level, css):
    assert css in draw("note", tone=level, text="Words.")


def test_what_comes_from_people_is_escaped():
    html = draw("note", tone="ok", text="<script>alert(1)</script>")
    assert "<script>" not in html


# Forms ---------------------------------------------------------------------------------------------------------------


def test_hint_and_error_are_joined_to_the_control():
    with override("en"):
        html = str(SampleForm({})["employer"].as_field_group())
    described = re.search(r'aria-describedby="([^"]+)"', html).group(1).split()
    assert described == ["id_employer_helptext", "id_employer_error"]
    assert all(f'id="{name}"' in html for name in described)
    assert 'aria-invalid="true"' in html
    assert 'class="in"' in html


def test_an_optional_field_says_so_and_a_required_one_has_no_mark():
    with override("en"):
        optional, required = (str(SampleForm()[name].as_field_group()) for name in ("job", "mail"))
    assert "(optional)" in optional
    assert "(optional)" not in required
    assert " required" not in required


def test_a_list_of_choices_is_a_group_with_a_legend_and_its_error():
    with override("en"):
        html = str(SampleForm({})["payer"].as_field_group())
    assert '<fieldset class="field field--err" aria-describedby="id_payer_error">' in html
    assert "<legend>Who pays?</legend>" in html
    assert html.count('class="check"') == 2


def test_the_summary_links_each_message_to_its_control():
    form = SampleForm({"mail": "nobody"})
    with override("en"):
        found = dict(SampleForm({"mail": "nobody"}).errors_for_summary())
        html = str(form)
    assert found["id_employer"] == "Fill in “Employer”."
    assert found["id_mail"] == "This e-mail address is not complete. Write it like this: name@company.nl."
    assert found["id_payer_0"] == "Choose an answer to “Who pays?”."
    assert found["id_sector"] == "Choose an answer to “Sector”."
    assert found["id_terms"] == "Tick “I accept the terms” if you want to go on."
    for control in found:
        assert f'<a href="#{control}">' in html
        assert f'id="{control}"' in html


def test_a_message_that_a_field_chose_itself_stays():
    class Own(page_forms.AccessibleForm, forms.Form):
        name = forms.CharField(error_messages={"required": "Say who you are."})

    assert Own({}).errors_for_summary() == [("id_name", "Say who you are.")]


def test_an_error_of_the_form_as_a_whole_is_in_the_summary_without_link():
    form = SampleForm({})
    form.add_error(None, "The edition is full.")
    assert ("", "The edition is full.") in form.errors_for_summary()


def test_a_form_that_was_not_sent_has_no_summary():
    assert SampleForm().errors_for_summary() == []
    assert "errsum" not in str(SampleForm())


def test_a_forms_package_loses_its_placeholders_and_gains_our_classes():
    class Foreign(forms.Form):
        code = forms.CharField(widget=forms.TextInput(attrs={"placeholder": "Code", "autocomplete": "one-time-code"}))

    html = str(page_forms.adopt(Foreign())["code"])
    assert "placeholder" not in html
    assert 'class="in in--code"' in html
    assert " required" not in html


def test_dressing_twice_changes_nothing():
    form = page_forms.dress(page_forms.dress(SampleForm()))
    assert form.fields["job"].widget.attrs["class"] == "in"


# Tags ----------------------------------------------------------------------------------------------------------------


def tag(source, **values):
    return Template("{% load interface %}" + source).render(Context(values))


def test_a_fact_falls_back_to_the_other_language():
    course = SimpleNamespace(title_nl="Cobots in de praktijk", title_en="")
    with override("en"):
        assert tag('{{ course|localised:"title" }}', course=course) == "Cobots in de praktijk"
        assert tag('{{ course|localised:"title" }}', course={"title_nl": "Nee", "title_en": "Yes"}) == "Yes"


def test_a_day_carries_its_machine_readable_date():
    with override("nl"):
        assert tag('{% day when "year" %}', when=date(2027, 3, 4)) == '<time datetime="2027-03-04">do 4 mrt 2027</time>'


@pytest.mark.parametrize("name", ["long_date", "short_date", "clock_time", "money", "number", "percentage", "hours"])
def test_a_filter_of_nothing_says_nothing(name):
    assert tag(f"{{{{ value|{name} }}}}", value=None) == ""


def test_money_of_nothing_to_pay_is_said():
    with override("en"):
        assert tag("{{ cents|money }}", cents=0) == "€0"


def test_a_mail_names_the_whole_address_of_a_picture(settings):
    settings.LMS_BASE_URL = "https://leren.example"
    assert tag('{% absolute_static "brand/mark.png" %}') == "https://leren.example/static/brand/mark.png"
