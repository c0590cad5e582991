"""Mutants chosen by hand: each takes away a condition of a write, or a check of who may. Each must be noticed by its test.

`original` stands once in its file; `test` is a test's name, with all of its cases.
"""

from __future__ import annotations

from typing import NamedTuple


class Chosen(NamedTuple):
    file: str
    original: str
    broken: str
    breaks: str
    test: str


CONDITIONS = "chalicelib/store/conditions.py"
PLAN = "chalicelib/store/plan.py"
TABLE = "chalicelib/store/table.py"
DUE = "chalicelib/store/due_items.py"
CUSTOMERS = "chalicelib/store/customers.py"
MAINTENANCE = "chalicelib/store/maintenance.py"
CALLBACKS = "chalicelib/store/callbacks.py"
INVITATIONS = "chalicelib/store/invitations.py"
INVITED = "chalicelib/planner/customer/invited.py"
CALENDAR = "chalicelib/planner/staff/calendar.py"
INVITING = "chalicelib/planner/staff/inviting.py"
LOCKS = "chalicelib/store/locks.py"
CLAIMS = "chalicelib/api/claims.py"
STAFF = "chalicelib/domain/staff.py"
DISPATCH = "chalicelib/api/dispatch.py"
ROUTES = "chalicelib/api/routes.py"
USERS = "chalicelib/planner/admin/users.py"
BOOKING = "chalicelib/planner/customer/booking.py"
CONFIRMING = "chalicelib/planner/customer/confirming.py"
PLACING = "chalicelib/planner/placing.py"
MANAGE = "chalicelib/planner/customer/manage.py"
TOKENS = "chalicelib/domain/tokens.py"
CLOSING = "chalicelib/planner/staff/closing.py"
SETTINGS = "chalicelib/planner/admin/settings.py"
UNDOING = "chalicelib/planner/staff/undoing.py"

OF_TABLE = "tests/store/test_table.py::test_"
OF_CHANGE = "tests/store/test_change.py::test_"
OF_CUSTOMERS = "tests/store/test_customers.py::test_"
OF_INVITED = "tests/planner/customer/test_invited.py::test_"
OF_WHOLE = "tests/store/test_whole.py::test_"
OF_RECOUNT = "tests/planner/schedule/test_recount.py::test_"
OF_CLAIMS = "tests/api/test_claims.py::test_"
OF_STAFF = "tests/domain/test_staff.py::test_"
OF_ROUTES = "tests/api/test_staff.py::test_"
OF_STANDBY = "tests/planner/customer/test_standby.py::test_"
OF_TOKENS = "tests/domain/test_tokens.py::test_"
OF_UNDO = "tests/planner/staff/test_undo.py::test_"
OF_USERS = "tests/planner/admin/test_users.py::test_"
OF_CLOSING = "tests/planner/staff/test_closing.py::test_"
OF_IMPORTING = "tests/planner/records/test_importing.py::test_"

CHOSEN = (
    Chosen(
        CONDITIONS,
        "(AppointmentItem.status == before.status) & keeps",
        "(AppointmentItem.status == before.status)",
        "an undo counts on units that the schedule has freed meanwhile",
        OF_UNDO + "whoever_counts_on_units_that_were_let_go_is_refused",
    ),
    Chosen(
        CONDITIONS,
        '(MessageItem.state == "due") & (MessageItem.attempts == 0)',
        "MessageItem.pk.exists()",
        "a message that is on its way is withdrawn, and nobody corrects it",
        OF_UNDO + "a_message_whose_sending_was_tried_counts_as_read",
    ),
    Chosen(
        CONDITIONS,
        "EntryItem.pk.exists() & EntryItem.done_at.does_not_exist()",
        "EntryItem.done_at.does_not_exist()",
        "ticking off what is gone leaves half an entry",
        OF_UNDO + "what_was_ticked_off_waits_again",
    ),
    Chosen(
        CONDITIONS,
        "EntryItem.pk.exists() & EntryItem.done_at.exists()",
        "EntryItem.done_at.does_not_exist()",
        "what was ticked off is not brought back",
        OF_UNDO + "what_was_ticked_off_waits_again",
    ),
    Chosen(
        UNDOING,
        "if appointment.version != seen.version:",
        "if False:",
        "an undo takes back what its maker has not seen",
        OF_UNDO + "only_the_last_act_is_undone_and_by_whoever_has_seen_it",
    ),
    Chosen(
        UNDOING,
        "appointment.branch != seen.branch",
        "False",
        "staff of another branch undo",
        OF_UNDO + "only_the_last_act_is_undone_and_by_whoever_has_seen_it",
    ),
    Chosen(
        CONDITIONS,
        "return ~reduce(or_, (DayItem.taken.contains(unit) for unit in sorted(units)))",
        "return ~DayItem.taken.contains(max(units))",
        "only the last unit of an appointment must be free",
        OF_TABLE + "whoever_overlaps_in_one_unit_has_lost_and_changed_nothing",
    ),
    Chosen(
        CONDITIONS,
        "return (DayItem.taken == set(units)) if units else DayItem.taken.does_not_exist()",
        "return DayItem.pk.exists() | DayItem.pk.does_not_exist()",
        "a swap overwrites what came between look and write",
        OF_CHANGE + "whoever_comes_between_look_and_swap_keeps_the_units",
    ),
    Chosen(
        CONDITIONS,
        "DayItem.starts < most)",
        "DayItem.starts <= most)",
        "one appointment more than the branch allows begins on a day",
        OF_CHANGE + "a_day_s_limit_counts_what_was_moved_there_and_frees_what_left",
    ),
    Chosen(
        CONDITIONS,
        "room = starts_of(kind) < most",
        "room = starts_of(kind) <= most",
        "one appointment more than the kind allows begins on a day",
        OF_CHANGE + "a_kind_s_limit_counts_that_kind_alone_and_frees_what_left",
    ),
    Chosen(
        CONDITIONS,
        "return starts_of(kind).does_not_exist() | room if most else room",
        "return starts_of(kind).does_not_exist() | room",
        "a kind that allows none begins on an empty day",
        OF_CHANGE + "a_kind_that_allows_none_has_no_room_on_an_empty_day",
    ),
    Chosen(
        CONDITIONS,
        "return starts_of(kind).does_not_exist() if begun is None else starts_of(kind) == begun",
        "return DayItem.pk.exists()",
        "counting a kind anew overwrites who booked meanwhile",
        OF_CHANGE + "a_kind_is_counted_anew_only_while_its_day_counts_what_was_read",
    ),
    Chosen(
        CONDITIONS,
        "CounterItem.used <= most - times",
        "CounterItem.used <= most",
        "one request more than the limit",
        OF_CHANGE + "a_limit_that_was_given_back_can_be_used_again",
    ),
    Chosen(
        CONDITIONS,
        "(AppointmentItem.version == before.version) & (AppointmentItem.status == before.status)",
        "AppointmentItem.status == before.status",
        "the second of two moves of one version wins too",
        OF_CHANGE + "of_two_moves_of_one_version_the_second_is_refused_though_the_state_is_the_same",
    ),
    Chosen(
        CONDITIONS,
        "return SettingItem.version == version",
        "return SettingItem.version >= 0",
        "an admin's change of settings overwrites another's",
        "tests/store/test_settings_change.py::test_of_many_changes_at_once_one_wins_and_nothing_is_written_in_half",
    ),
    Chosen(
        CONDITIONS,
        "return asked | (RecountItem.due <= stamp(moment))",
        "return RecountItem.pk.exists()",
        "a recount forgets the change that came meanwhile",
        OF_RECOUNT + "a_change_that_comes_while_it_is_reckoned_is_not_lost",
    ),
    Chosen(
        CONDITIONS,
        "return AppointmentItem.pk.does_not_exist()",
        "return AppointmentItem.pk.exists() | AppointmentItem.pk.does_not_exist()",
        "a repeated request is written a second time",
        OF_TABLE + "the_same_appointment_at_another_time_takes_nothing_more",
    ),
    Chosen(
        CONDITIONS,
        "return CallbackItem.pk.does_not_exist()",
        "return CallbackItem.pk.exists() | CallbackItem.pk.does_not_exist()",
        "a repeated wish to be called back is another one",
        "tests/planner/customer/test_callbacks.py::test_a_wish_that_is_there_already_is_answered_and_not_written_over",
    ),
    Chosen(
        CONDITIONS,
        "return ProofItem.pk.does_not_exist()",
        "return ProofItem.pk.exists() | ProofItem.pk.does_not_exist()",
        "a proof of work is good for many bookings",
        "tests/planner/customer/test_confirming.py::test_a_challenge_is_answered_once_for_one_booking",
    ),
    Chosen(
        CONDITIONS,
        "return InvitationItem.pk.exists() & InvitationItem.ended.does_not_exist()",
        "return InvitationItem.pk.exists()",
        "an invitation is good for many bookings",
        OF_INVITED + "of_two_browsers_at_once_one_books_and_the_other_hears_that_the_invitation_is_used",
    ),
    Chosen(
        INVITATIONS,
        "transaction.condition_check(CustomerItem, *customer, condition=customer_is_there())",
        "pass",
        "who is being erased is invited",
        OF_INVITED + "of_who_is_erased_no_invitation_is_left_and_none_is_made",
    ),
    Chosen(
        INVITATIONS,
        "actions=withdrawn, condition=invitation_is_open()",
        "actions=withdrawn",
        "an invitation that was used counts as withdrawn",
        OF_INVITED + "withdrawing_and_booking_at_once_end_as_one_of_the_two",
    ),
    Chosen(
        INVITED,
        "if identity is None or not self._secret.opens_invitation(token, identity):",
        "if identity is None:",
        "the id of an invitation opens it",
        OF_INVITED + "a_token_that_was_not_made_here_opens_nothing",
    ),
    Chosen(
        INVITING,
        "found.branch != person.branch or found.customer not in (person.id, *person.absorbed)",
        "found.customer not in (person.id, *person.absorbed)",
        "staff withdraw another branch's invitation",
        OF_INVITED + "nobody_withdraws_the_invitation_of_another_customer_or_branch",
    ),
    Chosen(
        INVITING,
        'template.shown == "staff"',
        "False",
        "customers are invited to a kind for staff alone",
        OF_INVITED + "to_a_kind_for_staff_alone_nobody_is_invited",
    ),
    Chosen(
        CUSTOMERS,
        "write.condition_check(CustomerItem, pk, sk, condition=customer_is_unchanged(customer))",
        "pass",
        "an erased customer is written to an index again",
        "tests/planner/records/test_customers.py::test_who_was_erased_meanwhile_is_put_into_no_index",
    ),
    Chosen(
        "chalicelib/domain/figures.py",
        "[] if settings.branch.figures_by_person else [",
        "[] if True else [",
        "figures of single persons are told without an admin's wish",
        "tests/domain/test_figures.py::test_nobodys_own_figures_are_told_unless_they_are_switched_on",
    ),
    Chosen(
        CONDITIONS,
        "return CustomerItem.version == before.version",
        "return CustomerItem.pk.exists()",
        "the second of two who edit a customer overwrites the first",
        OF_CUSTOMERS + "of_those_who_change_one_customer_at_once_one_wins",
    ),
    Chosen(
        CONDITIONS,
        "return CustomerItem.pk.does_not_exist()",
        "return CustomerItem.pk.does_not_exist() | CustomerItem.pk.exists()",
        "of two imports at once the second writes over the first",
        OF_IMPORTING + "who_is_made_by_another_import_in_the_same_moment_is_present",
    ),
    Chosen(
        CONDITIONS,
        "return CustomerItem.pk.exists()",
        "return CustomerItem.pk.exists() | CustomerItem.pk.does_not_exist()",
        "an erased customer is given an appointment",
        "tests/planner/records/test_customers.py::test_who_is_erased_in_the_same_moment_is_given_no_appointment",
    ),
    Chosen(
        CONDITIONS,
        "return MessageItem.gsi3sk <= stamp(now)",
        "return MessageItem.pk.exists()",
        "a message is sent by two senders",
        OF_TABLE + "a_message_is_claimed_by_one_sender_only",
    ),
    Chosen(
        CONDITIONS,
        "return AppointmentItem.attempts == attempt.number",
        "return AppointmentItem.pk.exists()",
        "a late attempt puts aside what another has taken up",
        "tests/store/test_table.py::test_who_was_overtaken_puts_nothing_aside",
    ),
    Chosen(
        CONDITIONS,
        '(MessageItem.state == "sending") & (MessageItem.attempts == message.attempts)',
        'MessageItem.state == "sending"',
        "a late sender settles what another has claimed",
        OF_TABLE + "a_late_sender_does_not_undo_what_another_has_claimed",
    ),
    Chosen(
        CONDITIONS,
        'return ~((AppointmentItem.status == "unconfirmed") & (AppointmentItem.holds == NO_HOLDS))',
        "return AppointmentItem.pk.exists()",
        "a request without a time stands in the calendar",
        OF_TABLE + "a_wish_that_holds_no_time_stands_in_no_calendar",
    ),
    Chosen(
        PLAN,
        "unheld = wanted | (",
        "unheld = (wanted if not freed else NO_UNITS) | (",
        "a move onto another's units swaps them away",
        OF_CHANGE + "a_move_onto_another_one_is_refused_and_changes_nothing",
    ),
    Chosen(
        PLAN,
        "conditions.append(none_is_held(unheld))",
        "pass",
        "two appointments take one time",
        OF_TABLE + "a_second_taker_of_the_same_units_learns_what_is_held",
    ),
    Chosen(
        PLAN,
        "unheld = wanted | (spare.get(place, NO_UNITS) - old.get(place, NO_UNITS))",
        "unheld = wanted",
        "a customer takes what was cancelled beside a stand-by",
        OF_CHANGE + "a_standby_that_is_held_refuses_who_must_find_it_free_and_is_told",
    ),
    Chosen(
        PLAN,
        "unheld = wanted | (spare.get(place, NO_UNITS) - old.get(place, NO_UNITS))",
        "unheld = wanted | spare.get(place, NO_UNITS)",
        "who moves a stand-by of their own is in their own way",
        OF_CHANGE + "own_units_are_in_the_way_of_none_that_must_stay_free",
    ),
    Chosen(
        PLACING,
        "return replace(change, spare=spare) if change.after.holds else change",
        "return change",
        "a customer's write knows nothing of stand-by lanes",
        OF_STANDBY + "a_standby_that_came_meanwhile_refuses_each_act_of_a_customer",
    ),
    Chosen(
        CONFIRMING,
        ', "owned"), by_customer=True)',
        ', "owned"))',
        "who takes a cancellation back has the time that a stand-by holds",
        OF_STANDBY + "a_standby_that_came_meanwhile_refuses_each_act_of_a_customer",
    ),
    Chosen(
        PLACING,
        "        if standby:\n            return beyond\n",
        "        return beyond\n",
        "staff place a stand-by that they have not asked for",
        "tests/planner/staff/test_standby.py::test_a_standby_is_placed_where_staff_ask_for_it_and_all_else_is_held",
    ),
    Chosen(
        PLAN,
        "conditions.append(kind_has_room(kind, most) if kind else day_has_room(most))",
        "pass",
        "a day has no limit",
        OF_CHANGE + "a_day_s_limit_counts_what_was_moved_there_and_frees_what_left",
    ),
    Chosen(
        PLAN,
        "conditions.append(kind_has_room(kind, most) if kind else day_has_room(most))",
        "conditions.append(day_has_room(most))",
        "a kind's limit counts all appointments of the day",
        OF_CHANGE + "a_kind_s_limit_counts_that_kind_alone_and_frees_what_left",
    ),
    Chosen(
        PLAN,
        "limit_has_room(change.most[count], times)",
        "limit_has_room(change.most[count])",
        "a count that rises by two goes beyond its limit",
        "tests/store/test_change.py::test_a_count_that_rises_by_two_needs_room_for_both",
    ),
    Chosen(
        TABLE,
        "write.condition_check(CustomerItem, *key, condition=customer_is_there())",
        "pass",
        "an erased customer is given an appointment",
        "tests/planner/records/test_customers.py::test_who_is_erased_in_the_same_moment_is_given_no_appointment",
    ),
    Chosen(
        TABLE,
        'items.from_appointment(change.after), condition=condition, return_values="ALL_OLD"',
        'items.from_appointment(change.after), return_values="ALL_OLD"',
        "of two who change an appointment at once both win",
        OF_CHANGE + "of_two_who_do_the_same_at_once_the_second_is_refused",
    ),
    Chosen(
        TABLE,
        "write.save(used_up, condition=not_used_before())",
        "write.save(used_up)",
        "a proof of work is good for many bookings",
        "tests/planner/customer/test_confirming.py::test_a_challenge_is_answered_once_for_one_booking",
    ),
    Chosen(
        CALLBACKS,
        "write.update(counter, actions=counted, condition=limit_has_room(most))",
        "write.update(counter, actions=counted)",
        "wishes to be called back without a limit",
        "tests/planner/customer/test_callbacks.py::test_an_hour_takes_as_many_as_of_unproved_addresses_and_the_next_one_begins_anew",
    ),
    Chosen(
        MAINTENANCE,
        "transaction.condition_check(AppointmentItem, *key, condition=is_unchanged(each))",
        "pass",
        "a day is put right by appointments that were changed meanwhile",
        OF_WHOLE + "a_day_is_left_where_an_owner_has_changed_meanwhile",
    ),
    Chosen(
        MAINTENANCE,
        "transaction.update(item, actions=[action], condition=is_as_read(before))",
        "transaction.update(item, actions=[action])",
        "what was booked while a day was put right is freed",
        OF_WHOLE + "a_day_that_was_booked_on_meanwhile_is_left",
    ),
    Chosen(
        LOCKS,
        "LockItem.pk.does_not_exist() | (LockItem.ttl <= _seconds(now))",
        "LockItem.pk.does_not_exist() | LockItem.pk.exists()",
        "two admins change one account at once",
        OF_USERS + "two_admins_of_different_branches_at_the_same_moment_lose_neither_s_change",
    ),
    Chosen(
        LOCKS,
        "free | (LockItem.owner == owner)",
        "free",
        "an account that our own write holds counts as held by somebody else",
        OF_USERS + "an_account_that_is_held_by_a_write_without_an_answer_is_not_held_by_somebody_else",
    ),
    Chosen(
        LOCKS,
        "now, LockItem.owner == owner",
        "now, LockItem.pk.exists()",
        "who held an account for too long frees it for a third",
        OF_USERS + "who_outlived_the_time_of_holding_lets_the_next_one_s_stand",
    ),
    Chosen(
        CLAIMS,
        '"aud": pool.client}',
        '"aud": claims.get("aud")}',
        "a token that was made for another client",
        OF_CLAIMS + "what_is_missing_or_malformed_or_over_is_unauthorized",
    ),
    Chosen(
        CLAIMS,
        '"token_use": "id", ',
        "",
        "an access token in place of an ID token",
        OF_CLAIMS + "what_is_missing_or_malformed_or_over_is_unauthorized",
    ),
    Chosen(
        CLAIMS,
        "if not all(value and claims.get(name) == value for name, value in expected.items()):",
        "if not all(claims.get(name) == value for name, value in expected.items()):",
        "where there is no pool, empty claims are good",
        OF_CLAIMS + "where_there_is_no_pool_nobody_gets_in",
    ),
    Chosen(
        CLAIMS,
        'if _moment(claims.get("exp")) <= now:',
        'if _moment(claims.get("exp")) < now:',
        "a token that ends this very second",
        OF_CLAIMS + "what_is_missing_or_malformed_or_over_is_unauthorized",
    ),
    Chosen(
        CLAIMS,
        "frozenset(group for group in GROUPS if group in groups)",
        "frozenset(groups)",
        "groups that nobody knows",
        OF_CLAIMS + "groups_come_as_text_or_list_and_strange_ones_are_left_out",
    ),
    Chosen(
        STAFF,
        "if self.groups.isdisjoint(groups):",
        "if not self.groups:",
        "staff may what is for admins",
        OF_STAFF + "staff_may_not_what_is_for_admins",
    ),
    Chosen(
        STAFF,
        "if branch is not None and branch not in self.branches:",
        "if branch is not None and not self.branches:",
        "who belongs to a branch may in all",
        OF_STAFF + "nobody_may_in_another_branch_whether_it_exists_or_not",
    ),
    Chosen(
        BOOKING,
        "shown = (each for resource in settings.released for each in settings.shown_on(resource.id))",
        "shown = iter(settings.templates)",
        "customers read the instructions of a kind that only staff may choose",
        "tests/api/test_booking.py::test_the_access_tells_price_and_payer_at_once_and_instructions_when_they_are_asked_for",
    ),
    Chosen(
        DISPATCH,
        'caller.require(may, in_path.get("branch"))',
        "caller.require(may)",
        "staff get into another branch by its address",
        OF_ROUTES + "nobody_gets_into_another_branch_or_learns_whether_it_exists",
    ),
    Chosen(
        DISPATCH,
        'more = {"authorizer": AUTHORIZER} if isinstance(route.may, tuple) else {}',
        'more = {"authorizer": AUTHORIZER} if route.may == ("admin",) else {}',
        "the gateway asks staff for no token",
        OF_ROUTES + "the_gateway_asks_for_a_token_at_every_route_of_the_staff_and_at_no_other",
    ),
    Chosen(
        ROUTES,
        'ADMINS: tuple[Group, ...] = ("admin",)',
        'ADMINS: tuple[Group, ...] = ("admin", "staff")',
        "staff change settings and users",
        OF_ROUTES + "only_admins_change_what_a_branch_has_set_import_and_erase_customers_and_hand_over_the_record",
    ),
    Chosen(
        ROUTES,
        '"POST", f"{BRANCH}customers/import", ADMINS,',
        '"POST", f"{BRANCH}customers/import", EVERYONE,',
        "staff import customers",
        OF_ROUTES + "only_admins_change_what_a_branch_has_set_import_and_erase_customers_and_hand_over_the_record",
    ),
    Chosen(
        ROUTES,
        'if isinstance(self.may, tuple) and "{" in self.path and not self.path.startswith(BRANCH):',
        "if False:",
        "a route with ids outside of any branch",
        OF_ROUTES + "a_route_cannot_be_added_without_saying_who_may_nor_for_ids_outside_a_branch",
    ),
    Chosen(
        USERS,
        "if me is None or not me.enabled or me.subject != errand.subject:",
        "if me is None or not me.enabled:",
        "one signs in as one person and proves to be another",
        OF_USERS + "a_token_that_proves_nothing_opens_nothing",
    ),
    Chosen(
        USERS,
        'Caller(me.subject, me.groups, me.branches).require(("admin",), errand.branch)',
        "pass",
        "staff manage accounts",
        OF_USERS + "staff_manage_nobody",
    ),
    Chosen(
        USERS,
        "if each not in me.branches}",
        "if not me.branches}",
        "an admin grants a branch of others",
        OF_USERS + "a_branch_that_is_not_the_callers_is_not_granted",
    ),
    Chosen(
        USERS,
        "if account is None or set(account.branches).isdisjoint(me.branches):",
        "if account is None:",
        "an admin changes accounts of other branches",
        OF_USERS + "a_user_of_other_branches_only_is_not_found",
    ),
    Chosen(
        TOKENS,
        "f'{appointment}.{version}'.encode()",
        "f'{appointment}'.encode()",
        "a voided link opens the appointment still",
        OF_TOKENS + "version_and_id_do_not_run_into_each_other",
    ),
    Chosen(
        TOKENS,
        "return is_one_of(token, (each.calendar(alias) for each in self._both))",
        "return token.startswith(alias)",
        "anybody reads a calendar of busy times",
        OF_TOKENS + "once_the_earlier_secret_is_forgotten_its_links_end",
    ),
    Chosen(
        MANAGE,
        "if read.booked.mailbox is None:",
        "if False:",
        "who only looks disowns and confirms",
        "tests/planner/customer/test_confirming.py::test_the_link_of_the_answer_cannot_disown",
    ),
    Chosen(
        CALENDAR,
        "if booked is None or booked.branch != branch:",
        "if booked is None:",
        "staff read appointments and series of other branches",
        "tests/planner/staff/test_editing.py::test_a_series_is_known_by_each_of_its_appointments_also_where_one_has_moved_away",
    ),
    Chosen(
        SETTINGS,
        'by, made_at = (known.by, known.made_at) if known else ("", None)',
        "by, made_at = each.closing.by, each.closing.made_at",
        "whoever saves settings says who closed a time",
        OF_CLOSING + "a_closing_keeps_its_owner_and_its_id_where_settings_are_saved",
    ),
    Chosen(
        CLOSING,
        "if each.status in HOLDING and each.end > self._minute())",
        "if each.status in HOLDING)",
        "a closing cancels what is over already",
        OF_CLOSING + "what_is_over_is_neither_listed_nor_settled",
    ),
    Chosen(
        CLOSING,
        "if not spans:",
        "if False:",
        "what nobody closed is reopened",
        OF_CLOSING + "staff_reopen_what_was_closed_in_part_or_as_a_whole",
    ),
)
