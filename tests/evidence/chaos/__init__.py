"""What goes wrong between any two steps, and whether anything is lost, doubled or told untruly by it.

`make chaos` does each act that writes once and counts its steps: requests to the store, messages handed to their provider. Then
it does the act again for each step and each fault there: a conflict, a throttle, an internal error, no answer before and after
the write took effect, the process killed before and after it, once or from then on. The client that could not know asks again;
the schedule runs when leases are over. It must have happened once or not at all, be told truly, and leave whole books and each
message sent once. A message may come twice only where somebody died, or heard nothing, between sending and writing it down.

Then come random schedules: four clients at once, and between any two of their requests another one may go on, a fault may
strike, the clock may jump by up to a day; in the end the stream loses, repeats and shuffles what it tells. A history of what
each asked and heard is held against what is stored: bookings that were acknowledged are there once, what was refused has left
nothing, who reads after a write sees it. Last, the provider is away for a day: each message goes out once it is back.

`SEED` replays a run to the request, `SCHEDULE=n` one schedule of it, whose history it prints. `BROKEN=1` breaks the store on
purpose (`race/broken.py`) and fails where that is not noticed.
"""
