"""A run and a search in words.

verdict  the answer to a scenario's question, with what it covers
report   a finding in the kernel's own format
trace    a run in one column per actor
promela  a program in the language of SPIN
spin     running SPIN on that
"""
