"""Mutants that change nothing that anybody could notice, by reason. One that is noticed, or that is no mutant any more, fails
the run."""

from __future__ import annotations

DOMAIN = "chalicelib/domain/"
STORE = "chalicelib/store/"
API = "chalicelib/api/"
SOONER = "It only gives up sooner, or later, on what comes to nothing anyway."
NO_TIME = "What it adds is an interval without length."
FALSE = "None is as false as False, and no caller tells them apart."
SMALL = "It stands for nothing yet, and every instant is greater."

WITHIN = "each.end > bounds.earliest and each.start < bounds.until"
HOLIDAY = "day not in excepted and day in settings.branch.holidays and (start not in kept)"
HOLIDAY_OR_LESS = (
    "day not in excepted or day in settings.branch.holidays or start not in kept",
    "day in settings.branch.holidays and start not in kept",
    "day not in excepted and start not in kept",
    "day not in excepted and day in settings.branch.holidays",
)

BY_REASON: dict[str, tuple[tuple[str, str, str], ...]] = {
    SOONER: (
        (DOMAIN + "agenda.py::_crowded", "if len(lanes) < capacity:", "if False:"),
        (DOMAIN + "agenda.py::_crowded", "if len(lanes) == capacity:", "if False:"),
        (
            DOMAIN + "offer.py::Offer.next_free",
            "for each in self.windows(self.resource, first, last) if gaps(each.start, each.end, bounds.busy)",
            "for each in self.windows(self.resource, first, last)",
        ),
        (DOMAIN + "offer.py::Offer._limited", "if self.rules.most_a_day is None:", "if False:"),
        (
            DOMAIN + "schedule.py::absences",
            "local_days(first - _ONE, last + _ONE) if weekly else ()",
            "local_days(first - _ONE, last + _ONE) if True else ()",
        ),
        (DOMAIN + "slots.py::starts", f"for each in windows if {WITHIN}", "for each in windows"),
        *((DOMAIN + "slots.py::starts", WITHIN, each) for each in (WITHIN.replace(" and ", " or "), *WITHIN.split(" and "))),
        (DOMAIN + "slots.py::starts", "each.end > bounds.earliest", "each.end >= bounds.earliest"),
        (DOMAIN + "slots.py::starts", "each.start < bounds.until", "each.start <= bounds.until"),
    ),
    "It only reckons again what it has.": ((DOMAIN + "schedule.py::_of_one_day", "if minute not in instants:", "if True:"),),
    NO_TIME: (
        (DOMAIN + "figures.py::_week", "start < week[1]", "start <= week[1]"),
        (DOMAIN + "figures.py::_week", "end > week[0]", "end >= week[0]"),
    ),
    FALSE: (
        (DOMAIN + "checks.py::_is_picture", "return False", "return None"),
        (DOMAIN + "offer.py::Offer._was_moved_away", "return False", "return None"),
        (DOMAIN + "difference.py::_Hours._open", "return False", "return None"),
        (STORE + "table.py::Table._is_done", "return False", "return None"),
    ),
    SMALL: ((DOMAIN + "explain.py::_what_moved_the_grid", "0", "1"),),
    "Two of those asked are as likely by chance only, and either says the same of the customer.": (
        (
            DOMAIN + "people.py::matches",
            "found[customer.id].likeness < match.likeness",
            "found[customer.id].likeness <= match.likeness",
        ),
    ),
    "The table is ASCII.": (
        (
            DOMAIN + "phones.py::country_of",
            "files('tzdata').joinpath('zoneinfo', 'zone.tab').read_text(encoding='utf-8')",
            "files('tzdata').joinpath('zoneinfo', 'zone.tab').read_text()",
        ),
    ),
    "Starts lie on a grid of five minutes.": (
        (DOMAIN + "explain.py::_reason", "1", "2"),
        (DOMAIN + "offer.py::lay", "1", "2"),
    ),
    "What stands against a start of the hours as they are outweighs it.": (
        (DOMAIN + "explain.py::_replaced", "day in excepted and start not in kept", "day in excepted"),
        *((DOMAIN + "explain.py::_replaced", HOLIDAY, each) for each in HOLIDAY_OR_LESS),
        (DOMAIN + "explain.py::_replaced", f"if {HOLIDAY}:", "if True:"),
    ),
    "After one lane that is wholly free nothing is left to lay.": ((DOMAIN + "agenda.py::Agenda.lay", "1", "2"),),
    "The interval before the last one that begins earlier ends earlier still.": ((DOMAIN + "intervals.py::gaps", "1", "2"),),
    "The pattern has let through nothing else.": (
        (DOMAIN + "checks.py::_is_picture", "base64.b64decode(said[2], validate=True)", "base64.b64decode(said[2])"),
        (DOMAIN + "checks.py::_is_picture", "True", "False"),
    ),
    "Only an item that is there refuses it.": (
        (STORE + "verdict.py::raise_if_decided", "appointment.raw_item or {}", "appointment.raw_item"),
    ),
    "Nothing else that stands there has a condition.": (
        (
            STORE + "verdict.py::raise_if_decided",
            "change.proof and (used := reasons[-len(planned) - 1]) and (used.code == REFUSED)",
            "(used := reasons[-len(planned) - 1]) and used.code == REFUSED",
        ),
    ),
    "Both are of one length.": (
        (
            STORE + "verdict.py::raise_if_decided",
            "zip(planned, reasons[-len(planned):] if planned else [], strict=True)",
            "zip(planned, reasons[-len(planned):] if planned else [])",
        ),
        (STORE + "verdict.py::raise_if_decided", "True", "False"),
        (
            STORE + "clearing.py::Clearings.past",
            "zip(('pk', 'sk', 'gsi1pk', 'gsi1sk'), key, strict=True)",
            "zip(('pk', 'sk', 'gsi1pk', 'gsi1sk'), key)",
        ),
        (STORE + "clearing.py::Clearings.past", "True", "False"),
    ),
    "No transaction meets all that may pass at once.": (
        (STORE + "verdict.py::is_undecided", "codes <= PASSING", "codes < PASSING"),
    ),
    "It is said again for the checker of types.": ((API + "dispatch.py::_to_staff", "reads and noted_first", "noted_first"),),
    "A further day lies outside of the time.": ((DOMAIN + "opening.py::doubts", "end - 1", "end + 1"),),
    "It would begin within the rest, and is passed over before.": (
        (DOMAIN + "owed.py::reminders", "begin > first", "begin >= first"),
    ),
    "Only the branch's own item has a version.": (
        (
            STORE + "settings_write.py::read_settings",
            "item.sk == keys.BRANCH and item.version == version",
            "item.version == version",
        ),
    ),
    "Only braces are sought in what is left.": ((DOMAIN + "wording.py::flaws", "''", "'XX'"),),
    "It only takes longer.": (
        (
            STORE + "transport.py::Transport.__init__",
            "Session(include_builtin_handlers=False)",
            "Session()",
        ),
        (STORE + "transport.py::Transport.__init__", "False", "True"),
    ),
    "What is left out has the same default.": (
        (
            DOMAIN + "figures.py::figures",
            "zip(mondays, bounds, bounds[1:], strict=False)",
            "zip(mondays, bounds, bounds[1:])",
        ),
    ),
}
EQUIVALENT = {name: reason for reason, names in BY_REASON.items() for name in names}
"""By `file::function`, the original text and the broken one."""
