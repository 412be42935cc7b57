"""Racewalk: step through the interleavings of a kernel race, find the bad one, prove the fix.

The packages in the order of the flow; each imports only what stands above it here:

- model: the small interface between what a program means and whoever walks it
- lang: scenario text to a typed tree
- program: typed tree to atomic steps and the layout of the state
- machine: state and choice to state and event
- checks: what went wrong, in the kernel's words
- explore, session: all schedules; one schedule with its history
- explain: a run in words
- scenario: files, front matter, variants, the library
- api, cli: the two doors
"""

__version__ = "0.1.0"
