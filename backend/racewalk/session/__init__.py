"""A session: one person's walk through a model, and what it remembers that a state does not.

schedule   the text of a schedule, for links and the command line
history    the tree of steps, with undo, redo, seek and branches
summary    what a schedule amounts to: its text and its figures
replay     following a schedule, and where it stops
run_until  several steps of one actor, up to a place
words      why an actor cannot go, as a sentence
"""
