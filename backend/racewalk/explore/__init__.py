"""The search over all schedules of a model, and the verdict that it gives.

bounds    how far a search may go, and how it tells where it is
query     what a search is asked
verdict   always, sometimes, never or unknown, per kind of finding
search    the one way in
naive     the witness: breadth-first, exhaustive, one state at a time
workers   searches in processes of their own, with hard limits
duty      the other side of such a process
"""
