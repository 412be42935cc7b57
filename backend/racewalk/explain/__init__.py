"""A run in words: traces, columns per actor, reports."""
