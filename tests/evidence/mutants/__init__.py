"""Do the tests notice what is wrong? The code is broken in one place, the tests that run this place are run, and one of them
must fail. A mutant that none of them notices has survived.

First come mutants chosen by hand: each takes away the condition of a write, or a check of who may, and one named test must
notice it. Then come all that the rules of `operators.py` make of the domain, the store, and the modules that decide who may:
other comparisons, conditions that always or never hold, operands, arguments, statements and returns left out, other constants.
The score is the share that is noticed; a mutant that a test waits for in vain counts as noticed, and is counted apart too, as
timed out. A test of more than two seconds is left out. `equivalent.py` lists mutants that nobody could notice, each with its
reason; they do not count. With MOST=n a sample is taken by the seed, and the interval tells where the score of all lies, by
95 %. With ONLY=store/plan these files alone are broken, and only the tests of their rooms are run.

What stands outside of functions, such as the rules beside the fields of settings, is broken by hand only.
"""
