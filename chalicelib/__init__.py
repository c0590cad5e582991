"""Terminwerk: online appointment booking that never books a slot twice."""

import zoneinfo

# The pinned tzdata is what counts wherever this runs: a machine's own files may be older, and would come first.
zoneinfo.reset_tzpath([])
zoneinfo.ZoneInfo.clear_cache()
