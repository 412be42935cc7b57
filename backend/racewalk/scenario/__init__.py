"""Scenarios: where they come from, how one variant is built, and whether it holds what it says.

catalog    the scenarios and the library that ship with the package
build      from a bundle and a variant to something that can be stepped
kinds      the findings that a text can have, and a warning for others
built      that something
scene      where a step of a run stands in the text
changed    what is not any more as it was when a schedule was made
variant_diff  two variants side by side
text_parts the text of a variant that runs, part by part
line_diff  two texts line by line
run_diff   one schedule in two variants
standing   who can go at a node of a run, and who waits for what
question   one schedule to something: from where, to what, and the answer
groups     the scenarios of a catalog under their headings
warned     warnings that are looked for where that is asked
judge      one variant: all schedules searched, verdicts compared with what the file expects
prove_all  every variant of every scenario, in several processes
report     judgements and answers as the JSON objects of `racewalk check --json`
job        a question for the process that searches, as JSON
worker     the process that searches for the server
template   a scenario to start from
version    the version of the package
"""
