"""State and choice to state and event: the only place where a state changes."""
