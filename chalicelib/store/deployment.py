"""What the table keeps of the deployment itself."""

from __future__ import annotations

import json

from pynamodb.exceptions import DoesNotExist

from chalicelib.store import keys, versions
from chalicelib.store.faults import translated
from chalicelib.store.models import MigrationItem, SiteItem
from chalicelib.store.versions import Raw


class Deployment:
    """Of the table that `Table` has bound. Any call may raise TryAgain."""

    def site_url(self) -> str | None:
        """Where the pages are, without a slash at the end; None before the deployment has said it. One read."""
        with translated():
            try:
                return SiteItem.get(keys.DEPLOYMENT, keys.SITE, consistent_read=True).url
            except DoesNotExist:
                return None

    def put_site_url(self, url: str) -> None:
        """Running functions see another address than they have read only when they start anew."""
        with translated():
            SiteItem(keys.DEPLOYMENT, keys.SITE, url=url.rstrip("/")).save()

    def migrated(self) -> Raw | None:
        """The key up to which a migration to the present version has come; None where none is under way."""
        with translated():
            try:
                item = MigrationItem.get(keys.DEPLOYMENT, keys.MIGRATION, consistent_read=True)
            except DoesNotExist:
                return None
        found: Raw = json.loads(item.after)
        return found if item.to == versions.CURRENT else None

    def put_migrated(self, after: Raw | None) -> None:
        """`after`: as above; None at the end."""
        item = MigrationItem(keys.DEPLOYMENT, keys.MIGRATION, to=versions.CURRENT, after=json.dumps(after))
        with translated():
            if after is None:
                item.delete()
            else:
                item.save()
