"""A program as Promela, the language of SPIN: the same atomic steps, said a second time.

ground        what is true of the whole program
numbers, ops  expressions over the bytes of a state, and the few operations that steps are made of
values, places                 registers, typed memory, where an access goes
actors, locks, signals, objects, instructions   the meaning of each instruction in these
routine, simplify              a step as a whole; the same in fewer operations
points, kinds, names           control points, numbers of findings, text as comments
c_text, c_part                 what is said in C: steps on a copy of the state, and what is wrong in a state
steps, document                processes, and the file
"""

from racewalk.explain.promela.document import PromelaExport, export_promela
from racewalk.explain.promela.numbers import NotExpressible

__all__ = ["NotExpressible", "PromelaExport", "export_promela"]
