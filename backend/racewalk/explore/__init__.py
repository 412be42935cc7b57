"""All schedules of a Model: verdicts and shortest schedules, bounded and cancellable."""
