"""A logo as uploaded: made safe and small, or refused with the reason."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from certificates.logos import LARGEST, LogoRefused, digest_of, read_logo
from certificates.logos.outlines import outline_of
from tests.certificates.samples import SVG, png

pytestmark = pytest.mark.once

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 50">'


def svg(inside: str, head: str = HEAD) -> bytes:
    return f"{head}{inside}</svg>".encode()


def operators(inside: str) -> str:
    return read_logo(svg(inside)).content.decode()


def test_an_svg_becomes_operators_with_its_colours_and_proportions():
    logo = read_logo(SVG)
    assert logo.is_drawing
    assert logo.width / logo.height == pytest.approx(3)
    said = logo.content.decode()
    assert "0.478 0.184 0.078 rg" in said
    assert "1 1 1 rg" in said
    assert set(" ".join(said.split())) <= set("0123456789.- mlchfreWnwgRGJjSB*\n"), "operators and numbers only"


def test_what_lies_below_in_a_drawing_lies_below_on_paper():
    assert operators('<rect x="10" y="20" width="30" height="5"/>').splitlines()[1:] == [
        "0 0 0 rg 10 30 m 40 30 l 40 25 l 10 25 l h f"
    ]


def test_groups_hand_down_their_colour_and_their_place():
    said = operators('<g fill="#00f" transform="translate(10,0) scale(2)"><rect width="5" height="5"/></g>')
    assert said.splitlines()[1] == "0 0 1 rg 10 50 m 20 50 l 20 40 l 10 40 l h f"


def test_transparency_is_mixed_with_the_white_on_which_a_logo_stands():
    assert "1 0.5 0.5 rg" in operators('<rect width="5" height="5" fill="red" opacity=".5"/>')
    assert len(operators('<rect width="5" height="5" fill="none"/><rect width="5" height="5"/>').splitlines()) == 2


@pytest.mark.parametrize(
    ("d", "end"),
    [
        ("M1 1h4v4H1z", (1, 5)),
        ("m1-1 2 2 2-2", (5, -1)),
        ("M0 0C1 1 2 2 3 3s2 2 3 3", (6, 6)),
        ("M0 0Q1 1 2 0t2 0", (4, 0)),
        ("M0 0a5 5 0 01.5.5", (0.5, 0.5)),
        ("M0,0 A 10 5 30 1 0 20,0", (20, 0)),
    ],
)
def test_every_kind_of_step_ends_where_it_says(d, end):
    last = [points[-1] for _operator, points in outline_of(d) if points][-1]
    assert last == pytest.approx(end)


@pytest.mark.parametrize(
    ("inside", "named"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;|<script>"),
        ("<text>RoboHouse</text>", "<text>"),
        ('<image xlink:href="http://tracker.example/x.png"/>', "<image>"),
        ("<foreignObject/>", "<foreignObject>"),
        ('<use xlink:href="#a"/>', "<use>"),
        ('<rect width="5" height="5" fill="url(#gradient)"/>', "url(#gradient)"),
        ('<rect width="5" height="5" style="filter:url(#f)"/>', "filter"),
        ('<style>@import "http://tracker.example/x.css";</style><rect width="5" height="5"/>', None),
        ("<style>rect > a {fill:red}</style>", "<style>"),
    ],
)
def test_what_cannot_be_printed_is_refused_by_name(inside, named):
    if named is None:
        assert b"tracker" not in read_logo(svg(inside)).content
        return
    with pytest.raises(LogoRefused) as refused:
        read_logo(svg(inside))
    assert any(name in str(refused.value) for name in named.split("|"))


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + svg("<rect width='5' height='5'/>"),
        svg("", head="<svg>"),
        svg("<rect width='5' height='5'/>", head='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 0">'),
        svg(""),
        svg("<path d='M0 0 L a'/>"),
        svg("<g>" * 60 + "</g>" * 60),
        svg("<rect width='1e99' height='5'/>"),
        b"<svg",
        b"GIF89a",
        b"",
        b"\x89PNG\r\n\x1a\nrubbish",
        b" " * (LARGEST + 1),
        png(2000, 100),
    ],
    ids=str,
)
def test_damaged_strange_and_endless_files_are_refused_with_a_sentence(content):
    with pytest.raises(LogoRefused) as refused:
        read_logo(content)
    assert str(refused.value).endswith(".")


def test_a_png_becomes_small_and_stands_on_white():
    logo = read_logo(png(3000, 1000))
    assert not logo.is_drawing
    image = Image.open(io.BytesIO(logo.content))
    assert image.mode == "RGB"
    assert max(image.size) <= 320
    assert image.getpixel((0, 0)) == (255, 255, 255)
    assert len(logo.content) < 5_000


def test_a_photograph_is_no_logo():
    noise = Image.effect_noise((900, 300), 100).convert("RGB")
    target = io.BytesIO()
    noise.save(target, "PNG")
    content = target.getvalue()
    with pytest.raises(LogoRefused):
        read_logo(content if len(content) <= LARGEST else content[:LARGEST])


def test_the_same_logo_has_the_same_name_and_another_size_another():
    assert digest_of(read_logo(SVG)) == digest_of(read_logo(SVG))
    assert digest_of(read_logo(SVG)) != digest_of(read_logo(SVG.replace(b"0 0 120 40", b"0 0 120 44")))
