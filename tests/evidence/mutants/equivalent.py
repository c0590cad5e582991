"""Mutants that change nothing that anybody could notice, each with the reason. One that is noticed, or that is no mutant any
more, fails the run."""

EQUIVALENT: dict[tuple[str, str, str], str] = {}
"""By `file::function`, the original text and the broken one."""
