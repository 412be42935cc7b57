"""The search over all schedules of a model, and the verdict that it gives.

bounds    how far a search may go, and how it tells where it is
query     what a search is asked
verdict   always, sometimes, never or unknown, per kind of finding
search    the one way in
naive     the witness: breadth-first, exhaustive, one state at a time
audit     the fast search, with every transition done by the model as well
livelock  CPUs that go round for ever
endless   states that may have no way to an end, told quickly
minimise  a shorter schedule with the same finding
sampling  random walks, for where the graph does not fit
jobs      identical questions share one search, and answers are kept
workers   searches in processes of their own, with hard limits
duty      the other side of such a process

How the fast search works:

codes         states as numbers: each slot's contents numbered, and packed into bits
memo          what has been learned of the steps, in tables
ends          where schedules end
tally, aim    what a search has met; what it looks for
small         by steps, in Python's tables; large: in arrays, with lookup, fingerprints and way_out
switches      by preemptions, switches and steps
avoid         always, or only sometimes
engine        which of them answers, and how
clock         the bounds of a running search

What a second look at every state tells, where it is asked for:

every_state    all states once more, nearest first
races          data races
lock_cycles    locks that are taken in a circle, over all schedules together

What the whole graph tells, where it fits:

graph          all states and transitions
learned_graph  the same, from the engine's tables
flow           the order in which facts about continuations flow backwards through it
occurrence     where a finding occurs in it
light          what lies ahead
outlook        whether a finding can still be reached or avoided, for each state and move
statistics     how many schedules have a finding, and how probable it is
preemptions    the fewest preemptions of a schedule with a finding
"""
