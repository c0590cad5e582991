"""What the deployment knows of e-mail addresses, by keyed hash: which have proved themselves, and whose owners want no online
acts. It also knows how many requests of unproved ones a branch has had."""

from __future__ import annotations

from datetime import datetime, timedelta

from pynamodb.exceptions import UpdateError

from chalicelib.domain.limits import MAILS, SHARDS, Standing, hour_of, unproved_in
from chalicelib.domain.tokens import Mailbox
from chalicelib.store import keys
from chalicelib.store.conditions import limit_has_room
from chalicelib.store.faults import translated
from chalicelib.store.models import AddressItem, CounterItem, first_version
from chalicelib.store.verdict import was_refused

KEPT = timedelta(days=400)
"""Since a link from a mail was last used, or the owner last said that online acts are not wanted."""
HOUR_KEPT = timedelta(hours=2)


class Addresses:
    """Of the table that `Table` has bound. Any call may raise TryAgain."""

    def standing(self, branch: str, mailbox: Mailbox, now: datetime) -> Standing:
        """What is known of an address, as of now: one request."""
        wanted = [(keys.address(each), sk) for each in mailbox for sk in (keys.PROVED, keys.stopped(branch))]
        with translated():
            found = {item.sk for item in AddressItem.batch_get(wanted, consistent_read=True) if item.ttl > now.timestamp()}
        return Standing(proved=keys.PROVED in found, stopped=keys.stopped(branch) in found)

    def prove(self, branch: str, mailbox: Mailbox, now: datetime) -> None:
        """A link from one of its mails was used: so it has proved itself, and takes part online again."""
        with translated(), AddressItem.batch_write() as batch:
            batch.save(AddressItem(keys.address(mailbox[0]), keys.PROVED, ttl=_until(now)))
            for each in mailbox:
                batch.delete(AddressItem(keys.address(each), keys.stopped(branch)))

    def stop(self, branch: str, mailbox: Mailbox, now: datetime) -> None:
        """Its owner wants no online act with it in the branch."""
        with translated():
            AddressItem(keys.address(mailbox[0]), keys.stopped(branch), ttl=_until(now)).save()

    def lift(self, branch: str, mailbox: Mailbox) -> None:
        """It may take part online again."""
        with translated():
            for each in mailbox:
                AddressItem(keys.address(each), keys.stopped(branch)).delete()

    def requests(self, branch: str, hour: datetime) -> int:
        """How many requests of unproved addresses the branch has had in an hour of UTC: one request."""
        wanted = [(keys.counter(branch, unproved_in(hour, shard)), keys.COUNTER) for shard in range(SHARDS)]
        with translated():
            return sum(int(item.used or 0) for item in CounterItem.batch_get(wanted))

    def count_mail(self, branch: str | None, most: int, now: datetime) -> bool:
        """Counts a mail to an unproved address in its hour, of a branch or of the deployment; False, and nothing counted, where
        it is one too many."""
        hour = hour_of(now)
        pk = keys.counter(branch, (MAILS, hour)) if branch else keys.mails((hour,))
        item = CounterItem(pk, keys.COUNTER)
        until = CounterItem.ttl.set(int((now + HOUR_KEPT).timestamp()))
        try:
            with translated():
                item.update([CounterItem.used.add(1), until, first_version(item)], condition=limit_has_room(most))
        except UpdateError as error:
            if was_refused(error):
                return False
            raise
        return True


def _until(now: datetime) -> int:
    return int((now + KEPT).timestamp())
