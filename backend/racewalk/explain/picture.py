"""A diagram of a run as a picture: laid out once, in pixels, and then written as SVG or painted as PNG.

The picture is a list of rectangles and texts in a fixed-width type, so that both come out the same. Colours are those
of the page in its light theme: a picture goes into slides and mails.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from racewalk.explain.diagram import Diagram, Line
from racewalk.explain.wrap import cut, wrapped

FONT_PX = 13
CHAR_PX = 7.8
"""Advance of a character: 0.6 em in JetBrains Mono, as in most types of fixed width."""
ROW_PX = 20
MARGIN_PX = 16
GUTTER_CHARS = 5
GAP_CHARS = 2
LEAST_CHARS, NARROWEST_CHARS = 56, 26
"""Of all columns together, and of one."""
WIDEST_CHARS = 60
"""Of one of two columns; where there are more, each is narrower."""
INDENT = "  "
TITLE_ROWS = 2

INK, SOFT, PAPER, LINE = "#191c21", "#5b636f", "#ffffff", "#d9dde3"
DANGER, DANGER_GROUND = "#b01f17", "#fdecea"
NOTICE, NOTICE_GROUND = "#7d4600", "#fff6dc"
ACTORS = ("#0069a6", "#a15a00", "#007556", "#9b3c77", "#b23f00", "#6a6000")
OTHERS = "#59616d"
"""Devices, RCU and whoever comes after the sixth CPU."""


class Text(NamedTuple):
    """`y` is the base line."""

    x: float
    y: float
    text: str
    colour: str
    bold: bool = False


class Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass
class Picture:
    title: str
    width: float
    height: float = 0.0
    boxes: list[Box] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)


def picture_of(diagram: Diagram, title: str, subtitle: str = "") -> Picture:
    """With a title above. Slides are wide: a column has the width of its longest line where that can be."""
    widths = column_widths(diagram)
    chars = max(GUTTER_CHARS + sum(widths) + GAP_CHARS * (len(widths) - 1), LEAST_CHARS)
    picture = Picture(title, 2 * MARGIN_PX + chars * CHAR_PX)
    painter = _Painter(picture, diagram, widths, chars)
    painter.heading(title, subtitle)
    painter.columns()
    for line in diagram.lines:
        painter.line(line)
    picture.height = painter.y + MARGIN_PX
    return picture


def column_widths(diagram: Diagram) -> list[int]:
    """In characters, of each column."""
    count = len(diagram.columns)
    if count == 0:
        return []
    least = max(NARROWEST_CHARS, LEAST_CHARS // count)
    most = max(least, WIDEST_CHARS - 6 * max(0, count - 2))
    needed = [len(column.title) + 2 for column in diagram.columns]
    for line in diagram.lines:
        if line.column is not None and line.kind not in ("finding", "warning"):
            needed[line.column] = max(needed[line.column], len(INDENT * line.depth + line.text) + 1)
    return [min(most, max(least, chars)) for chars in needed]


class _Painter:
    def __init__(self, picture: Picture, diagram: Diagram, widths: Sequence[int], chars: int) -> None:
        self.picture, self.diagram, self.widths, self.chars = picture, diagram, widths, chars
        self.y: float = MARGIN_PX
        self.numbered: int | None = None

    def heading(self, title: str, subtitle: str) -> None:
        for row in wrapped(title, self.chars):
            self._text(0, row, INK, bold=True)
        for row in wrapped(subtitle, self.chars) if subtitle else ():
            self._text(0, row, SOFT)
        self.y += ROW_PX / 2

    def columns(self) -> None:
        for index, (column, width) in enumerate(zip(self.diagram.columns, self.widths, strict=True)):
            self._box(self._begin(index), width, self._colour(index))
            self._put(self._begin(index) + 1, cut(column.title, width - 2), PAPER, bold=True)
        self.y += ROW_PX * 1.5

    def line(self, line: Line) -> None:
        if line.column is None or line.kind in ("finding", "warning"):
            self._finding(line)
            return
        begin, colour = self._begin(line.column), self._colour(line.column)
        first = line.kind == "step"
        width = self.widths[line.column] - 1
        for row in wrapped(INDENT * line.depth + line.text, width, INDENT * (line.depth + 2)):
            if line.kind != "mark":
                self._bar(begin, colour)
            if first and line.step is not None:
                self._put(0, f"{line.step:>{GUTTER_CHARS - 2}}", SOFT)
                first = False
            ink = {"call": colour, "mark": SOFT}.get(line.kind, INK)
            self._text(begin + 1, row, ink, bold=line.kind == "call")

    def _finding(self, line: Line) -> None:
        wrong = line.kind == "finding"
        for row in wrapped(f"{'***' if wrong else ' ? '} {line.text}", self.chars - 2, "    "):
            self._box(0, self.chars, DANGER_GROUND if wrong else NOTICE_GROUND)
            self._text(1, row, DANGER if wrong else NOTICE, bold=True)

    def _begin(self, column: int) -> int:
        return GUTTER_CHARS + sum(self.widths[:column]) + column * GAP_CHARS

    def _colour(self, column: int) -> str:
        """Each CPU has its own, by its place among the actors."""
        actor = self.diagram.columns[column].actor
        is_cpu = self.diagram.columns[column].title.startswith("CPU")
        return ACTORS[actor] if is_cpu and actor < len(ACTORS) else OTHERS

    def _text(self, char: int, text: str, colour: str, bold: bool = False) -> None:
        """On a row of its own."""
        self._put(char, text, colour, bold)
        self.y += ROW_PX

    def _put(self, char: int, text: str, colour: str, bold: bool = False) -> None:
        indent = len(text) - len(text.lstrip(" "))
        x = MARGIN_PX + (char + indent) * CHAR_PX
        self.picture.texts.append(Text(round(x, 2), self.y + 14, text.strip(), colour, bold))

    def _box(self, char: int, chars: int, colour: str) -> None:
        x = MARGIN_PX + char * CHAR_PX
        self.picture.boxes.append(Box(round(x, 2), self.y, round(chars * CHAR_PX, 2), ROW_PX, colour))

    def _bar(self, char: int, colour: str) -> None:
        self.picture.boxes.append(Box(round(MARGIN_PX + char * CHAR_PX, 2), self.y, 3, ROW_PX, colour))


# -- SVG ---------------------------------------------------------------------------------------


def svg_of(picture: Picture, description: str) -> str:
    """One file without anything from elsewhere; `description` is read to who does not see it."""
    return "".join(f"{line}\n" for line in _svg(picture, description))


def _svg(picture: Picture, description: str) -> Iterator[str]:
    width, height = round(picture.width), round(picture.height)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        ' role="img" aria-labelledby="title description">'
    )
    yield f'<title id="title">{_escaped(picture.title)}</title>'
    yield f'<desc id="description">{_escaped(description)}</desc>'
    yield f'<rect width="{width}" height="{height}" fill="{PAPER}"/>'
    for box in picture.boxes:
        yield f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" fill="{box.colour}"/>'
    yield (
        "<g font-family=\"'JetBrains Mono', ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\""
        f' font-size="{FONT_PX}" font-variant-ligatures="none" xml:space="preserve">'
    )
    for text in picture.texts:
        weight = ' font-weight="700"' if text.bold else ""
        length = f' textLength="{len(text.text) * CHAR_PX:g}" lengthAdjust="spacingAndGlyphs"' if text.text else ""
        yield f'<text x="{text.x:g}" y="{text.y:g}" fill="{text.colour}"{weight}{length}>{_escaped(text.text)}</text>'
    yield "</g>"
    yield "</svg>"


ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}


def _escaped(text: str) -> str:
    """As text of XML, which has no control characters."""
    return "".join(ESCAPES.get(char, char if char >= " " else "\N{REPLACEMENT CHARACTER}") for char in text)


# -- PNG ---------------------------------------------------------------------------------------

SCALE = 2
"""Pixels of the file for one of the layout: sharp on a good screen."""

MOST_PIXELS = 80_000_000


class PictureTooLarge(Exception):
    """So many steps make no picture."""


def png_of(picture: Picture, fonts: Sequence[str]) -> bytes:
    """Painted with the first font file that can be read, or Pillow's own. Raises PictureTooLarge."""
    from io import BytesIO

    from PIL import Image, ImageDraw, ImageFont  # slow to import

    size = (round(picture.width * SCALE), round(picture.height * SCALE))
    if size[0] * size[1] > MOST_PIXELS:
        raise PictureTooLarge(f"a picture of {size[0]:,} by {size[1]:,} pixels is too large; SVG has no bound")
    image = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(image)
    for box in picture.boxes:
        corner = ((box.x + box.width) * SCALE - 1, (box.y + box.height) * SCALE - 1)
        draw.rectangle([(box.x * SCALE, box.y * SCALE), corner], fill=box.colour)
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont = ImageFont.load_default(FONT_PX * SCALE)
    for file in fonts:
        try:
            font = ImageFont.truetype(file, FONT_PX * SCALE)
            break
        except OSError:
            continue
    for text in picture.texts:
        stroke = 0.35 * SCALE if text.bold else 0
        # A character at a time: nothing becomes a ligature, as "->" would, and all have the same width in any font.
        for index, char in enumerate(text.text):
            at = ((text.x + index * CHAR_PX) * SCALE, text.y * SCALE)
            draw.text(at, char, fill=text.colour, font=font, anchor="ls", stroke_width=stroke)
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
