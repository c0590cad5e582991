"""`make soak` loads the functions of the bundle that goes to AWS for half an hour (`MINUTES=30`; `SHORT=1` takes a minute).

It asks over HTTP, at a rate far under what they can do: free times, bookings, cancellations, what staff read and do, polls,
deliveries and sweeps, in an order that `SEED` gives. The functions are processes, as on AWS, and their memory alone is
measured, without that of the local engine, which grows with its data.

Read it so: memory and times are lines through all windows after the first fifth. A line is flat unless its certain growth, the
least that its scatter leaves, is above what may be. Times are multiples of a calibration, which reads the engine and counts
in the same window, so a busy machine makes no line steep. At the end no answer was a 5xx, the taken units are those of the
appointments, and no message is owed. `BROKEN=1` soaks copies that leak, slow down or lose units, and fails unless it notices
each.
"""
