"""Random programs of the dialect, and the witnesses that must agree on each of them.

dice         the only source of chance
tree         a program as lines and blocks
spelling     types as C spells them
scenery      what a program declares: types, globals, pools
locks        the kinds of locks, and how each is used
expressions  random expressions of a wanted type
simple       random statements that hold no others
sections     what is done with a lock held, in an RCU section, as one step
statements   branches and loops, and the choice among all
functions    functions, hooks, callbacks
generate     a program from a seed
compare      what a witness says, and where two differ
cheapest     the cheapest schedules by brute force
modes        the searches that end early, beside brute force
spin         what SPIN says of a program
witness      the search, and whom it is compared with
trial        one program before all witnesses
shrink       a program made smaller while a disagreement stays
campaign     many programs
"""
