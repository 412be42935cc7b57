"""Pictures of a run: whole, self-contained, and harmless whatever a text holds."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from racewalk.explain.diagram import Column, Diagram, Line
from racewalk.explain.picture import (
    ACTORS,
    LEAST_CHARS,
    NARROWEST_CHARS,
    PAPER,
    Picture,
    PictureTooLarge,
    column_widths,
    picture_of,
    png_of,
    svg_of,
)
from racewalk.scenario.build import build
from racewalk.scenario.catalog import shipped
from racewalk.scenario.run_export import FONTS, run_of

from tests.scenario.texts import bundle

HOSTILE = '<script>alert("x")</script>&\x07'
TEXT = """\
u8 x;
CPU(0, "a <b>") { x = 1 < 2; }
DEVICE("d & co") { x = 2; }
CPU(1, "c") { x = 3; }
always("low", x < 3);
"""


def picture() -> Picture:
    run = run_of(build("own", bundle(TEXT), None, shipped().library), False, "1.a1c1b1")
    return picture_of(run.diagram, HOSTILE, "a subtitle")


def test_an_svg_is_xml_that_loads_nothing_and_runs_nothing() -> None:
    text = svg_of(picture(), HOSTILE)

    root = ElementTree.fromstring(text)
    kinds = {element.tag.removeprefix("{http://www.w3.org/2000/svg}") for element in root.iter()}
    assert kinds == {"svg", "title", "desc", "rect", "g", "text"}
    assert not any("href" in name for element in root.iter() for name in element.attrib)
    assert root[0].text == HOSTILE.replace("\x07", "\ufffd")


def test_everything_that_is_drawn_lies_inside() -> None:
    drawn = picture()

    assert all(box.x >= 0 and box.x + box.width <= drawn.width and box.y < drawn.height for box in drawn.boxes)
    assert all(text.y <= drawn.height for text in drawn.texts)


def test_a_column_is_as_wide_as_its_longest_line_until_the_picture_would_be_too_wide() -> None:
    long, longer = "x" * 50, "x" * 200
    lines = (Line(0, 1, "step", long, 1), Line(1, 0, "step", "short", 2), Line(2, 0, "step", longer, 3))
    columns = tuple(Column(actor, f"CPU{actor}") for actor in range(3))

    assert column_widths(Diagram(columns[:2], lines[:2])) == [len(f"  {long}") + 1, LEAST_CHARS // 2]
    assert column_widths(Diagram(columns, lines)) == [53, NARROWEST_CHARS, 54]


def test_cpus_have_colours_of_their_own_and_devices_none() -> None:
    drawn = picture()

    titles = [text.text for text in drawn.texts if text.colour == PAPER]
    colours = dict(zip(titles, [box.colour for box in drawn.boxes], strict=False))
    assert colours["CPU0 (a <b>)"] == ACTORS[0]
    assert colours["CPU1 (c)"] == ACTORS[1]
    assert colours["device (d & co)"] not in ACTORS


def test_a_png_is_a_picture_of_twice_the_size() -> None:
    from io import BytesIO

    from PIL import Image

    drawn = picture()
    image = Image.open(BytesIO(png_of(drawn, [str(file) for file in FONTS.glob("jetbrains*")])))

    assert image.format == "PNG"
    assert image.size == (round(drawn.width * 2), round(drawn.height * 2))
    assert len(image.convert("RGB").getcolors(1 << 20) or ()) > 10


def test_without_the_fonts_of_the_page_a_png_is_painted_with_another() -> None:
    assert png_of(picture(), ["nowhere.woff2"]).startswith(b"\x89PNG")


def test_a_picture_that_is_too_large_is_refused_with_its_size() -> None:
    drawn = picture()
    drawn.height = 100_000

    with pytest.raises(PictureTooLarge, match="by 200,000 pixels"):
        png_of(drawn, [])
