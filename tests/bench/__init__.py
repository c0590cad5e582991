"""Measures what the product costs: CPU of its functions, their growth, memory, start, and its pages on a slow phone.

Times depend on the machine, so each figure of CPU stands beside a fixed piece of work that is done in turn with it, and
budgets count in milliseconds of a quiet machine: what a figure is of the fixed work, times what that takes there. A figure is
the least of several rounds, since whatever disturbs only ever adds. The network is replayed, so the database's own work is not
in these figures; how much it is asked for is told in requests and read units.

An earlier version of the project answers the same events in turn, and the answers are compared byte by byte. A row of growth
ends with its exponent: 1 is in proportion, 0 is not at all, and above 1.1 stands "superlinear" with the reason. Beside it all
runs django-appointment from PyPI.
"""
