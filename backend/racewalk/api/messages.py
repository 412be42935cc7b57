"""Everything that crosses the wire, as pydantic models; the browser's types are generated from them.

REST carries scenarios, WebSocket a session. A session's server sends the program once (`Opened`),
then one `Moved` per verb: the new nodes of the history tree, each with the *difference* that it
makes to the world, and the cursor. A page can therefore scrub through the history by itself.

Vocabulary
- cell: an id such as "A.mmap_lock", "T0.pte[1]", "VA.anon_vma"; globals and pool objects have ids
  "A", "T0". The world also holds keys of other kinds, told apart by a prefix and a colon:
  "actor:a" -> ActorState, "object:T0" -> "unused" | "live" | "freed", "rcu:" -> RcuState.
- values: numbers and bools as themselves; enums by the name of the member; a pointer as
  {"to": "T0.pte[1]" | null, "stale": true if what it pointed to was freed since}; a word (pte_t) as
  {"fields": {...}}; a lock as {"lock": LockState}; an rcu_head as {"rcu": [letters it waits for] | null}.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, RootModel


class Wire(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


# -- shared pieces ---------------------------------------------------------------------------


class Problem(Wire):
    """The one error shape, of REST and of the WebSocket."""

    code: str  # "not-found", "bad-request", "too-large", "not-enabled", "bad-schedule", "internal", ...
    message: str
    hint: str | None = None
    diagnostics: list[DiagnosticView] = []


class Place(Wire):
    """Lines and columns from 1; the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


class DiagnosticView(Wire):
    severity: Literal["error", "warning"]
    code: str
    message: str
    hint: str | None
    place: Place | None
    rendered: str  # file:line:column, source line, caret and hint, as the command line prints it


class TextFile(Wire):
    path: str
    text: str


class Bundle(Wire):
    """Source text as an ordered map of path to text; the first file is the scenario."""

    files: Annotated[list[TextFile], Field(max_length=64)]


class VariantView(Wire):
    id: str
    summary: str  # what it is: "the patch as proposed on 29 May 2023"
    verdict: Literal["always", "sometimes", "never"] | None  # expected headline verdict
    expect: dict[str, Literal["always", "sometimes", "never"]]
    note: str | None = None  # e.g. "derived by reading the code; nobody reported it"


class Goal(Wire):
    find: str
    say: str


class Note(Wire):
    """An author's remark on a step, attached by label."""

    at: str
    actor: str | None  # letter
    say: str
    variants: list[str] | None = None  # None: every variant


class Source(Wire):
    """Where a scenario's facts come from; `url` only for message-ids and commits that have one."""

    kind: str  # "lkml", "commit", "cve", "version", "text"
    text: str


class ScenarioSummary(Wire):
    id: str
    title: str  # the question
    summary: str
    group: str
    asks: str | None  # the finding kind that the headline verdict is about
    variants: list[VariantView]


class ScenarioDetail(ScenarioSummary):
    story: str
    sources: list[Source]
    goals: list[Goal]
    bundle: Bundle


class ScenarioList(Wire):
    scenarios: list[ScenarioSummary]


class Compiled(Wire):
    """The answer to a bundle that was sent to be compiled."""

    ok: bool
    diagnostics: list[DiagnosticView]
    steps: int
    actors: list[str]


class Health(Wire):
    status: Literal["ok"]
    version: str


# -- the program: what does not change while it is stepped --------------------------------------


class ActorView(Wire):
    letter: str
    title: str  # "CPU 0"
    name: str  # "khugepaged"
    kind: Literal["cpu", "softirq", "device", "event", "rcu"]
    steps: list[StepView]


class Frame(Wire):
    """One call on the way to a step: the function that calls, and where."""

    function: str
    place: Place


class StepView(Wire):
    label: str
    function: str
    text: str  # the source text of the access
    words: str  # "about to clear the PMD of A", in words, without its subject
    caption: str | None  # "V9", from the source's trailing comment
    place: Place
    stack: list[Frame]  # outermost first; the step's own function is not in it
    kind: Literal["load", "store", "update", "lock", "unlock", "rcu", "irq", "alloc", "free", "wait", "choose", "block"]


class CellView(Wire):
    id: str
    name: str  # "pte[1]"
    type: str  # "pte_t"
    role: Literal["value", "enum", "bool", "pointer", "word", "lock", "rcu", "group"]
    children: list[CellView] = []  # of an array or a nested struct


class ObjectView(Wire):
    id: str  # "A", "T0", "file", "seen"
    type: str  # "mm_struct"; "u8" for a plain global
    pool: str | None  # "T" for T0..T3
    ghost: bool
    cells: list[CellView]


class ProgramView(Wire):
    scenario: ScenarioDetail
    variant: str
    model_hash: str
    files: list[TextFile]  # the text that runs, edits of the variant applied
    actors: list[ActorView]
    objects: list[ObjectView]
    notes: list[Note]
    limits: list[str]  # what the model leaves out, from the head of each file
    memory_model: str  # "sequentially consistent"


# -- the world: what changes ----------------------------------------------------------------------


class ChoiceView(Wire):
    choice: int
    label: str


class LocalView(Wire):
    function: str
    name: str
    type: str
    value: JsonValue


class ActorState(Wire):
    status: Literal["ready", "blocked", "finished", "resting", "dead"]
    step: int | None  # index into ActorView.steps
    why: str | None  # the sentence why it cannot go
    waits_for: str | None  # cell of the lock it waits for
    choices: list[ChoiceView]  # empty unless the next step offers more than one
    holds: list[str]  # cells of the locks it holds, in the order of taking where known
    rcu_depth: int
    irqs_off: bool
    bh_off: bool  # local_bh_disable(): no softirq begins on this CPU
    locals: list[LocalView]


class Holder(Wire):
    actor: str  # letter
    mode: Literal["read", "write", "held"]
    since: int | None  # number of the step that took it; None: held since the start


class LockState(Wire):
    state: Literal["free", "read", "held"]  # held: who wants it must wait
    says: str | None  # what state a semaphore or a completion is in: "2 left"; None: of a lock
    holders: list[Holder]
    waiters: list[str]


class RcuCallback(Wire):
    object: str  # "T0"
    function: str  # "pte_free_now"
    waits_for: list[str]  # letters


class RcuState(Wire):
    pending: list[RcuCallback]


# -- history ----------------------------------------------------------------------------------------


class FindingView(Wire):
    kind: str
    fatal: bool
    warning: bool
    message: str  # in words
    report: str  # the kernel's own format, several lines
    actor: str | None
    label: str | None


class AccessView(Wire):
    mode: Literal["read", "write", "lock", "unlock", "alloc", "free"]
    cell: str


class NodeView(Wire):
    """One node of the history tree: the step that led to it and what it changed."""

    id: int
    parent: int | None  # None: the root, the state after setup
    number: int  # steps since the root
    actor: str | None  # letter; None for the root
    choice: int | None
    step: int | None  # index of the step done, in its actor's steps
    label: str | None
    words: str  # "took ptl of T0"
    switch: bool
    preemption: bool
    switch_reason: str | None  # "CPU 1 was blocked on ptl of T0", "CPU 0 had finished", "chosen"
    accesses: list[AccessView]
    findings: list[FindingView]
    covers: list[str]
    delta: dict[str, JsonValue]  # world keys that changed against the parent, with their new values


# -- verbs, client to server -------------------------------------------------------------------------


class Verb(Wire):
    seq: int = 0  # echoed in the answer


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
    """Step one actor until something. `switch`: until it is blocked or anybody's wait ends."""

    type: Literal["run"] = "run"
    actor: str
    until: Literal["blocked", "lock", "switch", "return", "finding", "line"]


class Undo(Verb):
    type: Literal["undo"] = "undo"


class Redo(Verb):
    type: Literal["redo"] = "redo"


class Seek(Verb):
    type: Literal["seek"] = "seek"
    node: int


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
    kind: str | None = None
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
            Open | Step | Run | Undo | Redo | Seek | SetVariant | Find | Cancel | Outlook, Field(discriminator="type")
        ]
    ]
):
    """What a page may send."""


# -- answers, server to client ------------------------------------------------------------------------


class Answer(Wire):
    seq: int


class ReplayNote(Wire):
    """Why a schedule was not followed to its end."""

    at: int  # number of the first step that was not possible
    message: str
    possible: list[str]  # sentences: what was possible there


class Opened(Answer):
    type: Literal["opened"] = "opened"
    program: ProgramView
    world: dict[str, JsonValue]  # at the root
    nodes: list[NodeView]  # the root first, parents before children
    cursor: int
    schedule: str  # text of the path that leads to the tip of the current branch
    branches: list[str] = []  # texts of the paths to the ends of the other branches
    replay: ReplayNote | None = None


class Moved(Answer):
    type: Literal["moved"] = "moved"
    nodes: list[NodeView]  # new ones only
    cursor: int
    tip: int  # the node at the end of the current branch (what redo would lead to)
    schedule: str
    stopped: str | None = None  # why a run ended: "blocked on ptl of T0, held by CPU 1", "at a finding"


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
    reductions: list[str] = []
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
        Annotated[Opened | Moved | SearchProgress | SearchDone | OutlookAnswer | Failed, Field(discriminator="type")]
    ]
):
    """What a page may get."""


Problem.model_rebuild()
ActorView.model_rebuild()
CellView.model_rebuild()
