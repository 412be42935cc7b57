"""What a page is shown, as pydantic models: scenarios, the program, the world and the history of a session.

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

from pydantic import BaseModel, ConfigDict, Field, JsonValue


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
    begin: str  # the variant that a reader sees first
    goals: list[Goal]


class ScenarioDetail(ScenarioSummary):
    story: str
    sources: list[Source]
    bundle: Bundle


class ScenarioList(Wire):
    scenarios: list[ScenarioSummary]


class CompileRequest(Bundle):
    """`variant` None: the one that is shown first."""

    variant: str | None = Field(default=None, max_length=64)


class Compiled(Wire):
    """The answer to a bundle that was sent to be compiled."""

    ok: bool
    diagnostics: list[DiagnosticView]
    steps: int
    actors: list[str]


class SourcesRequest(Wire):
    """With `bundle` the text is the client's own, `scenario` its name, or that of the shipped one that was edited."""

    scenario: str = Field(max_length=64)
    bundle: Bundle | None = None
    variant: str | None = Field(default=None, max_length=64)


class SourceEdit(Wire):
    before: str
    after: str


class SourceView(Wire):
    path: str
    text: str  # as it is written, without the edits of the variant
    origin: Literal["shipped", "changed", "own"]  # own: nothing is shipped under this path
    shipped: str | None  # of a changed one
    edits: list[SourceEdit]  # what the variant replaces when it runs


class WordView(Wire):
    name: str
    takes: str  # "lock, int"


class Sources(Wire):
    """The files of a variant, the scenario first, and the functions that the dialect has built in."""

    files: list[SourceView]
    words: list[WordView]


class Template(Wire):
    id: str
    title: str
    text: str  # @NAME@ stands for the name


class TemplateList(Wire):
    templates: list[Template]


ExportForm = Literal["text", "md", "svg", "png", "json", "pytest", "html", "promela"]


class ExportRequest(Wire):
    """A run; for promela its variant. With `bundle` the text is the client's own, `scenario` its name."""

    scenario: str = Field(max_length=64)
    bundle: Bundle | None = None
    variant: str | None = Field(default=None, max_length=64)
    without: list[str] = Field(default=[], max_length=16)  # what is left out of the text, as an ablation names it
    schedule: str = ""
    to: ExportForm
    link: str | None = Field(default=None, max_length=8_000, pattern=r"^https?://[A-Za-z0-9.:/_~#%\[\]-]+$")  # for md
    server: str | None = Field(default=None, max_length=300, pattern=r"^https?://[^\s#?]+$")  # for html: its address


class AnalysisRequest(Wire):
    """An analysis by its name (see `racewalk.scenario.analyses`). With `bundle` the text is the client's own."""

    analysis: str = Field(max_length=40)
    scenario: str = Field(max_length=64)
    bundle: Bundle | None = None
    variant: str | None = Field(default=None, max_length=64)
    without: list[str] = Field(default=[], max_length=16)  # what is left out of the text, as an ablation names it
    schedule: str = ""
    options: dict[str, JsonValue] = Field(default={}, max_length=16)


# -- links ---------------------------------------------------------------------------------------


class LongLink(Wire):
    """What a link says after its '#'."""

    fragment: str = Field(max_length=200_000, pattern=r"^v1~[A-Za-z0-9._~-]+$")


class ShortLink(Wire):
    id: str
    fragment: str  # what stands after the '#' of the short link
    lasting: bool  # it outlives the server
    note: str  # in words


# -- the server ----------------------------------------------------------------------------------


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
    check: str  # two letters for the label, for the schedule in a link
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


class AccessView(Wire):
    mode: Literal["read", "write", "lock", "unlock", "alloc", "free"]
    cell: str


class ReadingView(Wire):
    """One read of one cell, by the number of its step; `field` where only that field of the word is looked at."""

    step: int
    cell: str
    field: str | None


class LocalView(Wire):
    function: str
    name: str
    type: str
    value: JsonValue
    reads: list[ReadingView]  # what it was made of; empty once nobody needs it any more


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
    touches: list[AccessView]  # what its next step would touch now; empty where it cannot go


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


class UseView(ReadingView):
    """What a step did with an earlier reading of its actor, or with its own."""

    how: Literal["decides", "stores", "follows"]  # took a branch on it; stored it; went where it points
    text: str  # of the condition, the store, the access


class EndView(ReadingView):
    """After the step no local that is still needed has the value, or no decision on it is in force any more."""

    of: Literal["value", "decision"]


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
    uses: list[UseView]
    ends: list[EndView]
    findings: list[FindingView]
    covers: list[str]
    delta: dict[str, JsonValue]  # world keys that changed against the parent, with their new values


Problem.model_rebuild()
ActorView.model_rebuild()
CellView.model_rebuild()
