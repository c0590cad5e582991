"""Everything that writes, at one moment, against everything else that writes.

`make race` makes a practice with an appointment in each state, lets many act on it at one moment, reads all that is stored, and
begins again from the same practice. Every act meets every other one and itself (each route that writes, the functions that
stream, schedule and SES wake, and what operators run), and crowds of 32 book what only some can have. Two engines decide the
writes: the local AWS, and AWS's own engine. django-appointment, asked over HTTP by as many at once, stands beside them.

A `double` is a unit of time that two appointments hold. `refused` are clean refusals: a code that the API promises, with its
status. `failed` is all else: an answer of 500 and above, none, or a code that nobody knows; of django-appointment, whatever is
neither a booking nor one of its refusals. `violations` are rules that the table breaks after a round (`books.py`): taken units
are those of the appointments, histories are whole and follow the table of states, each act owes exactly its messages, no change
is lost that somebody was told is done, nothing that was refused has left anything. 0 is the only good number.

`ENGINE=local-aws`, `dynamodb-local` or `rival` runs one of them; `SEED` draws the same acts again, whose order in time the
engine decides. `BROKEN=1` takes one condition after the other out of the store, and fails where that is not noticed.
"""
