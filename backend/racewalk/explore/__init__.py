"""The search over all schedules of a model, and the verdict that it gives.

bounds    how far a search may go, and how it tells where it is
verdict   always, sometimes, never or unknown, per kind of finding
search    the plain search: breadth-first, exhaustive, one state at a time
workers   searches in processes of their own, with hard limits
duty      the other side of such a process
"""
