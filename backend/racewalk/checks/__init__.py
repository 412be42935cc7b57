"""What went wrong, in the kernel's words: findings from a state, an event and the state after."""
