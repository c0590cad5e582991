"""CloudFront's cache as infra/templates/cdn.py describes it, in front of whoever answers: for the rehearsal and for tests.

Key, time to live, what is forwarded and what is compressed are read from the template; what AWS's own policies say, and how
CloudFront treats errors, stands here. Each answer says `x-cache`, as CloudFront's do.
"""

from __future__ import annotations

import fnmatch
import gzip
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from infra.rehearse.acts import Answer, Ask
from infra.templates import cdn
from infra.templates.cdn import ALL_BUT_HOST, DISABLED, OPTIMISED

KEPT_FOR_A_YEAR = {
    "MinTTL": 1,
    "DefaultTTL": 86_400,
    "MaxTTL": 31_536_000,
    "ParametersInCacheKeyAndForwardedToOrigin": {"EnableAcceptEncodingGzip": True},
}
NEVER_KEPT = {"MinTTL": 0, "DefaultTTL": 0, "MaxTTL": 0, "ParametersInCacheKeyAndForwardedToOrigin": {}}
POLICIES = {OPTIMISED: KEPT_FOR_A_YEAR, DISABLED: NEVER_KEPT}
"""What AWS's own say."""
KEPT_ERRORS = (400, 403, 404, 405, 414, 500, 501, 502, 503, 504)
"""Kept although nobody asks for it, for ten seconds unless the distribution says otherwise."""
ERROR_SECONDS = 10
HEEDED = (404, 410, 414, 501)
"""Errors of which CloudFront heeds `no-store`; of the others it does not."""
COMPRESSED = ("text/", "application/json", "application/javascript", "image/svg+xml")
COMPRESSED_FROM = 1000
"""Bytes."""
Policy = Mapping[str, Any]
Key = tuple[str, ...]


@dataclass(frozen=True)
class _Kept:
    answer: Answer
    since: float
    until: float


class Edge:
    """One of CloudFront's locations; `origin` is asked for what it does not keep. `now` counts seconds. An `Ask` itself."""

    def __init__(self, origin: Ask, now: Callable[[], float] = time.monotonic) -> None:
        self._resources = cdn.resources()
        self._distribution = self._resources["Distribution"]["Properties"]["DistributionConfig"]
        self._origin, self._now = origin, now
        self._kept: dict[Key, _Kept] = {}

    def __call__(self, method: str, target: str, headers: dict[str, str], body: bytes | None = None) -> Answer:
        path, _, query = target.partition("?")
        behaviour = self._behaviour(path)
        if method not in behaviour["AllowedMethods"]:
            return Answer(403, b"", {"x-cache": "Error from cloudfront"})
        policy = self._policy(behaviour)
        key = _key(path, query, headers, policy)
        kept = self._kept.get(key)
        if method == "GET" and kept and kept.until > self._now():
            age = str(int(self._now() - kept.since))
            return replace(kept.answer, headers={**kept.answer.headers, "x-cache": "Hit from cloudfront", "age": age})
        answer = self._origin(method, *_forwarded(path, query, headers, behaviour, policy), body)
        answer = _compressed(answer, headers, behaviour, policy)
        if method == "GET" and (seconds := self._seconds(answer, policy)) > 0:
            self._kept[key] = _Kept(answer, self._now(), self._now() + seconds)
        return replace(answer, headers={**answer.headers, "x-cache": "Miss from cloudfront"})

    def forget(self, paths: Iterable[str]) -> None:
        """An invalidation; a `*` at the end stands for whatever follows."""
        for path in paths:
            self._kept = {key: each for key, each in self._kept.items() if not fnmatch.fnmatchcase(key[0], path)}

    def _behaviour(self, path: str) -> Mapping[str, Any]:
        named = (each for each in self._distribution["CacheBehaviors"] if fnmatch.fnmatchcase(path, each["PathPattern"]))
        found: Mapping[str, Any] = next(named, self._distribution["DefaultCacheBehavior"])
        return found

    def _policy(self, behaviour: Mapping[str, Any]) -> Policy:
        named = behaviour["CachePolicyId"]
        if isinstance(named, str):
            return POLICIES[named]
        own: Policy = self._resources[named["Ref"]]["Properties"]["CachePolicyConfig"]
        return own

    def _seconds(self, answer: Answer, policy: Policy) -> float:
        """For how long the answer is kept."""
        said = answer.headers.get("cache-control", "").lower()
        ages = dict(re.findall(r"(s-maxage|max-age)=(\d+)", said))
        wanted = int(ages["s-maxage"] if "s-maxage" in ages else ages["max-age"]) if ages else None
        if wanted is not None:
            wanted = min(max(wanted, policy["MinTTL"]), policy["MaxTTL"])
        is_forbidden = bool(re.search(r"no-store|no-cache|private", said))
        if answer.status < 400:
            return float(policy["MinTTL"] if is_forbidden else policy["DefaultTTL"] if wanted is None else wanted)
        if answer.status not in KEPT_ERRORS or (is_forbidden and answer.status in HEEDED):
            return 0 if is_forbidden else wanted or 0
        return max(self._error_seconds(answer.status), 0 if is_forbidden else wanted or 0)

    def _error_seconds(self, status: int) -> int:
        told = {each["ErrorCode"]: each["ErrorCachingMinTTL"] for each in self._distribution["CustomErrorResponses"]}
        return int(told.get(status, ERROR_SECONDS))


def _parameters(policy: Policy) -> Mapping[str, Any]:
    entries: Mapping[str, Any] = policy["ParametersInCacheKeyAndForwardedToOrigin"]
    return entries


def _key(path: str, query: str, headers: Mapping[str, str], policy: Policy) -> Key:
    """What an answer is kept under: path, the named parameters of the query, and how it may be compressed."""
    coded = "gzip" if _parameters(policy).get("EnableAcceptEncodingGzip") and _takes_gzip(headers) else ""
    return (path, coded, _named(query, policy))


def _named(query: str, policy: Policy) -> str:
    named = _parameters(policy).get("QueryStringsConfig", {}).get("QueryStrings", ())
    return urlencode([(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name in named])


def _forwarded(
    path: str, query: str, headers: Mapping[str, str], behaviour: Mapping[str, Any], policy: Policy
) -> tuple[str, dict[str, str]]:
    """The address and the headers that the origin hears."""
    if behaviour.get("OriginRequestPolicyId") == ALL_BUT_HOST:
        told = {name: value for name, value in headers.items() if name.lower() != "host"}
    else:
        query, told = _named(query, policy), {}
    return f"{path}?{query}" if query else path, told


def _takes_gzip(headers: Mapping[str, str]) -> bool:
    return any(name.lower() == "accept-encoding" and "gzip" in value for name, value in headers.items())


def _compressed(answer: Answer, headers: Mapping[str, str], behaviour: Mapping[str, Any], policy: Policy) -> Answer:
    """Only what may be kept is compressed at the edge; of all else that is the origin's matter."""
    pays = len(answer.body) >= COMPRESSED_FROM and answer.headers.get("content-type", "").startswith(COMPRESSED)
    may = behaviour["Compress"] and policy["MaxTTL"] > 0 and _parameters(policy).get("EnableAcceptEncodingGzip")
    if not (pays and may and _takes_gzip(headers)) or "content-encoding" in answer.headers:
        return answer
    coded = {**answer.headers, "content-encoding": "gzip", "vary": "Accept-Encoding"}
    return replace(answer, body=gzip.compress(answer.body, mtime=0), headers=coded)
