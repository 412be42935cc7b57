"""`racewalk steps`: what each actor's text becomes, step by step."""

from __future__ import annotations

from racewalk.amount import count
from racewalk.cli.arguments import Target, VariantOption
from racewalk.cli.input import build_target, read_target
from racewalk.lang.render import printable
from racewalk.program.program import ActorCode, Step
from racewalk.scenario.built import Built


def steps(target: Target, variant: VariantOption = None) -> None:
    """Print the atomic steps of every actor: label, source text, place, what it touches and when it blocks."""
    name, bundle = read_target(target)
    print(steps_text(build_target(name, bundle, variant)), end="")


def steps_text(built: Built) -> str:
    """The steps of all actors as text, with lines that do not change while the scenario does not."""
    return "".join(_actor_text(actor) for actor in built.model.program.actors)


def _actor_text(actor: ActorCode) -> str:
    info = actor.info
    head = printable(f'{info.letter}: {info.title} "{info.name}", {count(len(actor.steps), "step")}')
    return "\n".join([head, *(line for step in actor.steps for line in _step_lines(info.letter, step))]) + "\n\n"


def _step_lines(letter: str, step: Step) -> list[str]:
    begin = step.span.begin
    lines = [
        f"  {letter}{step.index} {step.label}",
        f"      text    {' '.join(step.text.split())}{f'  [{step.caption}]' if step.caption else ''}",
        f"      at      {step.span.file.path}:{begin.line}",
        f"      touches {', '.join(step.footprint) or 'nothing shared'}",
    ]
    if step.blocks:
        lines.append(f"      blocks  {step.blocks}")
    return [printable(line) for line in lines]
