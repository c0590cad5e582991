"""Terminwerk: online appointment booking that never books a slot twice."""

import logging
import zoneinfo

# The pinned tzdata is what counts wherever this runs: a machine's own files may be older, and would come first.
zoneinfo.reset_tzpath([])
zoneinfo.ZoneInfo.clear_cache()

# Before any library is imported: what they find while a function starts is no news. Only their warnings are heard.
logging.getLogger().setLevel(logging.WARNING)
