"""What guides a reader (`scenarios/guide/`), as a page is shown it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from racewalk.api.snapshot import Wire


class Level(Wire):
    """A group of scenarios, in the order in which a reader should meet them."""

    group: str
    level: str  # how hard: "No kernel needed"
    say: str
    first: list[str] = Field(default=[])  # scenarios that come before the others of the group


class Leg(Wire):
    """One actor goes until a step comes next (`before`) or is done (`after`), named by its label."""

    actor: str  # its name or title
    before: str | None = None
    after: str | None = None
    choices: list[int] = Field(default=[])  # where its steps offer one, in their order; then the first


class TourStop(Wire):
    title: str
    say: str | None = None  # None: the scenario's note on the step that comes next
    zone: Literal["code", "world", "locks", "finding", "time", "versions"] | None = None
    leg: Leg | None = None


class Tour(Wire):
    scenario: str
    variant: str
    stops: list[TourStop]


class GlossaryTerm(Wire):
    term: str
    also: list[str] = Field(default=[])  # other spellings
    say: str
    kernel: str | None = None  # a path in Linux
    elsewhere: str | None = None  # where on the page it is, if in no scenario
    quiet: bool = False  # too common to be pointed out in texts
    scenarios: list[str] = Field(default=[])  # whose text has it


class Guide(Wire):
    levels: list[Level]
    tour: Tour | None
    terms: list[GlossaryTerm]


class Tie(Wire):
    """Where in a scenario something is to be seen."""

    say: str
    scenario: str
    variant: str
    way: list[Leg]


class MailPoint(Wire):
    id: str
    title: str
    quote: str | None = None  # a few words, to find the place in the mail
    say: str
    ties: list[Tie]


class MailHead(Wire):
    lkml: str  # message-id
    sender: str = Field(alias="from")
    date: str
    subject: str
    about: str


class Mail(Wire):
    """A mail, point by point, and the systems that it names with the scenarios that have them."""

    mail: MailHead
    points: list[MailPoint]
    systems: dict[str, list[str]]


class Document(Wire):
    name: Literal["dialect", "authors-guide"]
    text: str  # Markdown
