"""`make soak` loads the functions of the bundle that goes to AWS for half an hour (`MINUTES=30`; `SHORT=1` takes 45 seconds).

It asks over HTTP, at a rate far under what they can do: free times, bookings, cancellations, what staff read and do, polls,
deliveries and sweeps, in an order that `SEED` gives. The functions are processes, as on AWS, and their memory and work
alone are measured, without those of the local engine, which grows with its data.

Read it so: each window gives a point of three lines. Memory is that of the largest process. Work is the processor's time of
all functions for a request, and the 99th percentile is the clock's, both as multiples of a calibration. A calibration
follows each request, reads the engine and counts for about as long as a request takes, and is measured as the requests are:
work beside work, the 99th percentile beside the 99th percentile. So a machine that gets busy or slow makes no line steep.
Work tells of small growth, since waiting is no part of it; the 99th percentile tells of waiting. The first fifth of the
windows is not judged. A line is flat unless its certain growth, the least that its scatter leaves, is above what may be.
The practice is full from the first window on: each booking is followed by a cancellation, so answers have no more to show
at the end. At the end no answer was a 5xx, the taken units are those of the appointments, and no message is owed.
`BROKEN=1` soaks copies that leak, slow down or lose units, and fails unless it notices each.
"""
