"""What crosses the wire in a session: a page's verbs, and the server's answers.

REST carries scenarios, WebSocket a session. A session's server sends the program once (`Opened`),
then one `Moved` per verb: the new nodes of the history tree, each with the *difference* that it
makes to the world, and the cursor. A page can therefore scrub through the history by itself. The
browser's types are generated from these models and those of `racewalk.api.snapshot`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, JsonValue, RootModel

from racewalk.api.guide_views import Leg
from racewalk.api.snapshot import Bundle, NodeView, Problem, ProgramView, Wire

# -- verbs, client to server -------------------------------------------------------------------------


class Verb(Wire):
    seq: int = Field(default=0, ge=0, le=2**53 - 1)  # echoed in the answer


class Open(Verb):
    """Open or reopen a session. With `bundle` the text is the client's own, `scenario` its name."""

    type: Literal["open"] = "open"
    scenario: str
    bundle: Bundle | None = None
    variant: str | None = None
    schedule: str = ""
    cursor: int | None = None  # steps along the schedule; None is its end
    branches: list[str] = Field(default=[], max_length=64)  # other schedules of the tree


class Step(Verb):
    type: Literal["step"] = "step"
    actor: str
    choice: int | None = None


class Run(Verb):
    """Step one actor until something (see `racewalk.session.run_until`)."""

    type: Literal["run"] = "run"
    actor: str
    until: Literal["blocked", "lock", "switch", "return", "finding", "line", "over"]


class Go(Verb):
    """Go a way from the cursor (see `racewalk.scenario.way`), as far as it can be gone."""

    type: Literal["go"] = "go"
    legs: list[Leg] = Field(max_length=64)


class Undo(Verb):
    type: Literal["undo"] = "undo"


class Redo(Verb):
    type: Literal["redo"] = "redo"


class Seek(Verb):
    type: Literal["seek"] = "seek"
    node: int


class Follow(Verb):
    """Make a branch of a schedule, from the root; the cursor does not move."""

    type: Literal["follow"] = "follow"
    schedule: str


class SetVariant(Verb):
    """Change the variant and keep the run as far as its moves go there; what is cut off is remembered until a step."""

    type: Literal["variant"] = "variant"
    variant: str


class SearchGoal(Wire):
    """What a schedule is asked for: a finding of a kind (empty: any), the words of a cover, the label of a step."""

    kind: Literal["finding", "cover", "label"] = "finding"
    text: str = Field(default="", max_length=1_000)


class SearchBounds(Wire):
    """Tighter bounds than the server's."""

    states: int | None = Field(default=None, ge=1)
    seconds: float | None = Field(default=None, gt=0)
    preemptions: int | None = Field(default=None, ge=0)


class Find(Verb):
    """Search the schedules that begin at the root, or at the cursor.

    `prove` looks at all of them and gives the shortest to each finding; `kind` is the one that the answer is about
    (None: the scenario's own question). `shortest` and `switches` end at the first schedule to the goal, which is
    `kind` where none is given: the one with the fewest steps; the one with the fewest preemptions, among those the
    fewest switches, among those the fewest steps.
    """

    type: Literal["find"] = "find"
    kind: str | None = Field(default=None, max_length=200)
    mode: Literal["prove", "shortest", "switches"] = "prove"
    goal: SearchGoal | None = None
    start: Literal["root", "cursor"] = Field(default="root", alias="from")
    bounds: SearchBounds = SearchBounds()
    exact: bool | None = None  # False: keep fingerprints of states; True: whole states; None: as many whole as is fast


class Cancel(Verb):
    type: Literal["cancel"] = "cancel"


class Outlook(Verb):
    """Ask what lies ahead of the cursor: whether each move leads to a finding; None is the scenario's own question."""

    type: Literal["outlook"] = "outlook"
    kind: str | None = Field(default=None, max_length=200)


class ClientMessage(
    RootModel[
        Annotated[
            Open | Step | Run | Go | Undo | Redo | Seek | Follow | SetVariant | Find | Cancel | Outlook,
            Field(discriminator="type"),
        ]
    ]
):
    """What a page may send."""


# -- answers, server to client ------------------------------------------------------------------------


class Answer(Wire):
    seq: int


class ReplayNote(Wire):
    """Why a schedule was not followed to its end."""

    at: int  # number of the first step that was not done
    cause: Literal["impossible", "changed"]  # changed: it is not the step that the schedule was made with
    message: str
    possible: list[str]  # sentences: what was possible there


class Opened(Answer):
    type: Literal["opened"] = "opened"
    program: ProgramView
    world: dict[str, JsonValue]  # at the root
    nodes: list[NodeView]  # the root first, parents before children
    cursor: int
    schedule: str  # text of the path that leads to the tip of the current branch
    branches: list[str] = Field(default=[])  # texts of the paths to the ends of the other branches
    replay: ReplayNote | None = None


class Recording(Wire):
    """A run inside a file that is read without a server (see `racewalk.api.offline`)."""

    version: str  # of the Racewalk that wrote it
    scenario: str
    shipped: bool  # else a text of somebody's own, perhaps under the name of a shipped one
    variant: str
    schedule: str
    model_hash: str
    link: str | None  # leads to the same run on a server
    packed: str  # an Opened: JSON, deflated, base64url


class Moved(Answer):
    type: Literal["moved"] = "moved"
    nodes: list[NodeView]  # new ones only
    cursor: int
    tip: int  # the node at the end of the current branch (what redo would lead to)
    schedule: str
    stopped: str | None = None  # why a run ended: "blocked on ptl of T0, held by CPU 1", "at a finding"


class Followed(Answer):
    """The branch of a schedule, as far as it can be followed."""

    type: Literal["followed"] = "followed"
    nodes: list[NodeView]  # new ones only
    tip: int  # the last node of the branch
    schedule: str  # that leads there
    replay: ReplayNote | None = None  # why it ends early


class SearchProgress(Answer):
    type: Literal["progress"] = "progress"
    states: int
    frontier: int
    depth: int
    elapsed_s: float
    states_per_s: float = 0.0
    memory_bytes: int = 0  # estimated
    bound: str = ""  # the nearest one, in words: "61 % of 2,000,000 states"


class Verdict(Wire):
    kind: str
    verdict: Literal["always", "sometimes", "never", "unknown"]
    fatal: bool
    warning: bool
    message: str | None
    steps: int | None
    schedule: str | None


class SearchDone(Answer):
    """`nodes` are those of the found schedule, already part of the tree; the cursor does not move.

    `verdict` is about `kind`: a kind of finding, or the text of the goal, which is then met sometimes or never.
    """

    type: Literal["found"] = "found"
    kind: str
    verdict: Literal["always", "sometimes", "never", "unknown"]
    verdicts: list[Verdict]
    states: int
    transitions: int
    exhaustive: bool
    bounds: list[str]  # which bound ended it, in words
    vacuous: list[str]  # covers and `sometimes` properties that no schedule reached
    memory_model: str
    elapsed_s: float
    statement: str  # the verdict in words
    nodes: list[NodeView]
    tip: int | None  # the last node of the found schedule
    cancelled: bool = False
    mode: Literal["prove", "shortest", "switches"] = "prove"
    goal: SearchGoal | None = None  # of `shortest` and `switches`
    start: int = 0  # node where the search began
    schedule: str | None = None  # the found one, from the root
    switches: int | None = None  # of the found schedule, from the root
    preemptions: int | None = None
    omission: float = 0.0  # probability that a state was left out
    reductions: list[str] = Field(default=[])
    memory_bytes: int = 0


Light = Literal["out-of-reach", "reachable", "unavoidable", "endless", "now"]
"""No continuation has the finding; some have it and some complete one has not; every complete one has it; some have it
and none is complete; the move itself has it."""


class MoveLight(Wire):
    actor: str  # letter
    choice: int | None
    light: Light


class ChancesView(Wire):
    """How often the continuations of a node have a finding; numbers of schedules are texts, for they may be huge."""

    schedules: str | None  # complete ones from the node on; None: not counted, the graph has cycles or does not fit
    having: str | None
    probability: float  # under a scheduler that takes each possible move with the same probability
    probability_low: float
    probability_high: float
    method: Literal["exact", "iterated", "sampled"]
    preemptions: int | None  # the fewest; None: no schedule has it, or not known
    switches: int | None  # with so few preemptions
    bound: str | None  # within what the graph does not fit
    walks: int | None  # of a sample
    sentences: list[str]


class OutlookAnswer(Answer):
    """The lights of a node. Where its graph does not fit there are none, and the chances come from a sample."""

    type: Literal["outlook"] = "outlook"
    node: int
    kind: str | None  # None: any finding that is no warning
    here: Light | None
    ends: bool | None  # some continuation is complete
    moves: list[MoveLight]
    chances: ChancesView
    elapsed_s: float


class Failed(Answer):
    type: Literal["failed"] = "failed"
    problem: Problem


class ServerMessage(
    RootModel[
        Annotated[
            Opened | Moved | Followed | SearchProgress | SearchDone | OutlookAnswer | Failed,
            Field(discriminator="type"),
        ]
    ]
):
    """What a page may get."""
