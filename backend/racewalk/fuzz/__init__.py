"""Random programs of the dialect, and the witnesses that must agree on each of them.

dice         the only source of chance
tree         a program as lines and blocks
spelling     types as C spells them
scenery      what a program declares: types, globals, pools
expressions  random expressions of a wanted type
statements   random statements
functions    functions, hooks, callbacks
generate     a program from a seed
compare      what a witness says, and where two differ
witness      the search, and whom it is compared with
trial        one program before all witnesses
shrink       a program made smaller while a disagreement stays
campaign     many programs
"""
