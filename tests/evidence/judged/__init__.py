"""What outside judges say of the product: engines, validators and linters that others have written, run on what is served.

Each judge looks at the whole of what it can read: every state of every page, in German by day and in English by night; the
headers of each path; every kind of mail; the calendar files; the API's description; the sources. A judge whose tool is absent
fails. The column of open findings counts those that `open.toml` names with a reason: false alarms, and what is otherwise on
purpose. A finding that stands nowhere there fails the command, and so does an entry that no judge confirms any more.
"""
