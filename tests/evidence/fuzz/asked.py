"""Asks every route of the document as every caller there is, by schemathesis.

It runs in `.venv/fuzz`, away from the product. A `world.World` comes on standard input as JSON, `Found` goes to the
standard output.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import requests  # type: ignore[import-untyped]  # .venv/fuzz has it, mypy's environment has not
import schemathesis
from schemathesis.config import (
    ChecksConfig,
    CoveragePhaseConfig,
    ExamplesPhaseConfig,
    FuzzingPhaseConfig,
    GenerationConfig,
    PhasesConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
    StatefulPhaseConfig,
)
from schemathesis.core.parameters import ParameterLocation
from schemathesis.engine import events, from_schema
from schemathesis.generation import GenerationMode

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "negative_data_rejection",
)
"""What schemathesis holds each answer against. The others ask again without a token, which callers of ours do anyway."""
LEFT_EMPTY = re.compile(r"[?&](from|month)=(&|$)")
"""A parameter of the query that is left empty is one that was left out, as a form sends it."""
IN_BODIES = {"other": "customer", "user": "user", "alias": "alias", "id": "appointment", "second": "resource"}
"""Names of ids in bodies that paths call otherwise."""


@dataclass
class Found:
    """`asked` counts requests by caller, `answered` by status. `wrong` are sentences, each once."""

    asked: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    wrong: dict[str, str] = field(default_factory=dict)
    reached: set[str] = field(default_factory=set)

    def add(self, what: str, route: str, caller: str, how: str = "") -> None:
        self.wrong.setdefault(f"{route} as {caller}: {what}", how)


class Asking:
    """One caller's requests. Half of what schemathesis makes up is given ids that exist, of either branch."""

    def __init__(self, world: dict[str, Any], caller: dict[str, Any], found: Found) -> None:
        self._world, self._caller, self._found = world, caller, found
        self._chance = random.Random(f"{world['seed']} {caller['name']}")
        self._own = [name for name, ids in world["ids"].items() if ids["branch"][0] in caller["branches"]]
        self._others = {
            kind: [word.lower() for word in words] for kind, words in world["words"].items() if kind not in caller["sees"]
        }

    def before_call(self, case: Any) -> None:
        headers = case.headers
        for name in ("Authorization", "Access-Token", "Appointment-Token"):
            headers.pop(name, None)
        headers.update(self._caller["headers"])
        made_up = {place for place, part in case.meta.components.items() if part.mode is GenerationMode.NEGATIVE}
        ids = self._ids()
        if ParameterLocation.PATH not in made_up:
            for name in case.path_parameters or {}:
                if name in ids and self._chance.random() < 0.9:
                    case.path_parameters[name] = self._chance.choice(ids[name])
        if not made_up and case.query:
            for name in case.query:
                if (known := name.rstrip("s")) in ids and self._chance.random() < 0.8:
                    case.query[name] = self._chance.choice(ids[known])
        if not made_up and self._chance.random() < 0.8:
            self._fill(case.body, ids)

    def _ids(self) -> dict[str, list[str]]:
        """Half of them of the caller's own branch, the rest of any branch alone, or of both mixed."""
        all_ids: dict[str, dict[str, list[str]]] = self._world["ids"]
        chance = self._chance.random()
        if chance < 0.8:
            return all_ids[self._chance.choice(self._own if self._own and chance < 0.5 else [*all_ids])]
        kinds = next(iter(all_ids.values()))
        return {kind: all_ids[self._chance.choice([*all_ids])][kind] for kind in kinds}

    def _fill(self, value: Any, ids: dict[str, list[str]]) -> None:
        """Puts what exists into a body that was made up: ids, a version, a time that may be free."""
        if isinstance(value, list):
            for each in value:
                self._fill(each, ids)
        if not isinstance(value, dict):
            return
        for name, each in value.items():
            known = IN_BODIES.get(name, name)
            if isinstance(each, str) and known in ids:
                value[name] = self._chance.choice(ids[known])
            elif name in ("resources", "second") and isinstance(each, list) and all(isinstance(one, str) for one in each):
                value[name] = [self._chance.choice(ids["resource"]) for _ in each]
            elif name in ("start", "from") and isinstance(each, str) and "T" in each:
                value[name] = self._chance.choice(self._world["starts"])
            elif name == "version" and isinstance(each, int):
                value[name] = self._chance.choice((1, 1, 2, 3))
            else:
                self._fill(each, ids)

    def after_call(self, case: Any, response: Any) -> None:
        route = f"{case.operation.method.upper()} {case.operation.path}"
        method = response.request.method
        if method != case.operation.method.upper():  # a method that the route does not have
            route = f"{method} {case.operation.path}"
        name, status = self._caller["name"], response.status_code
        self._found.asked[name] += 1
        self._found.answered[str(status)] += 1
        how = f"{method} {response.request.path_url[:200]} -> {status} {response.content[:200]!r}"
        if 200 <= status < 300:
            self._found.reached.add(f"{route} as {name}")
            if not self._may(route, response.request.path_url):
                self._found.add("let in whom it should not", route, name, how)
        text = (response.content.decode(errors="replace") + str(dict(response.headers))).lower()
        for kind, words in self._others.items():
            if kind.endswith(":shown") and self._world["may"].get(route) == "anybody":
                continue
            if any(word in text for word in words):
                self._found.add(f"tells what only {kind} may see", route, name, how)

    def _may(self, route: str, path: str) -> bool:
        may = self._world["may"].get(route, ())
        if may == "anybody":
            return True
        if may == "link":
            return bool(self._caller["has_link"])
        if not set(may) & set(self._caller["groups"]):
            return False
        named = re.search(r"/branches/([^/?]+)", path)
        return named is None or named[1] in self._caller["branches"]


def config(world: dict[str, Any], caller: dict[str, Any], examples: int, *, edges: bool) -> SchemathesisConfig:
    """With `edges` every value at the edge of what a schema allows, and just beyond it; else `examples` by chance."""
    checks = ChecksConfig()
    for name in ChecksConfig.__slots__:
        check = getattr(checks, name, None)
        if check is not None and hasattr(check, "enabled"):
            check.enabled = name in CHECKS
    project = ProjectConfig(
        base_url=f"{world['url']}/api",
        headers=caller["headers"],
        continue_on_failure=True,
        request_timeout=60,
        checks=checks,
        phases=PhasesConfig(
            examples=ExamplesPhaseConfig(enabled=not edges),
            coverage=CoveragePhaseConfig(enabled=edges),
            fuzzing=FuzzingPhaseConfig(enabled=not edges),
            stateful=StatefulPhaseConfig(enabled=False),  # the document has no links
        ),
        generation=GenerationConfig(max_examples=examples, no_shrink=True, with_security_parameters=False),
    )
    return SchemathesisConfig(seed=world["seed"], projects=ProjectsConfig(default=project), color=False)


def ask(world: dict[str, Any], described: dict[str, Any], caller: dict[str, Any], plan: dict[str, int], found: Found) -> None:
    """`plan`: so many `examples` of each route, and the `edges` of every so manyeth one, which is another one each day."""
    asking = Asking(world, caller, found)
    schemathesis.hooks.unregister_all()

    @schemathesis.hook
    def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
        asking.before_call(case)

    @schemathesis.hook
    def after_call(context: Any, case: Any, response: Any) -> None:
        asking.after_call(case, response)

    runs = [(described, False)]
    if every := plan.get("edges"):
        paths = [*described["paths"].items()][world["seed"] % every :: every]
        runs.append((described | {"paths": dict(paths)}, True))
    for document, edges in runs:
        schema = schemathesis.openapi.from_dict(document, config=config(world, caller, plan["examples"], edges=edges))
        for event in from_schema(schema).execute():
            if isinstance(event, events.ScenarioFinished):
                _judge(event, caller["name"], found)
            elif isinstance(event, events.NonFatalError | events.FatalError):
                found.add(f"schemathesis failed: {vars(event)}", "", caller["name"])


def _judge(event: Any, caller: str, found: Found) -> None:
    for case_id, nodes in event.recorder.checks.items():
        for node in nodes:
            if node.failure_info is None:
                continue
            failure = node.failure_info.failure
            case = event.recorder.cases[case_id].value
            answered = event.recorder.interactions[case_id]
            request, response = answered.request, answered.response
            if node.name == "negative_data_rejection" and LEFT_EMPTY.search(request.uri):
                continue
            sent = (request.body or b"")[:300]
            how = f"{request.method} {request.uri[:200]} {sent!r} -> {response.status_code} {response.content[:200]!r}"
            found.add(f"{node.name}: {failure.title}: {failure.message}"[:300], case.operation.label, caller, how)


def main() -> None:
    given = json.load(sys.stdin)
    world, plans = given["world"], given["plans"]
    described = requests.get(f"{world['url']}/api/v1/openapi.json", timeout=60).json()
    found = Found()
    for caller in world["callers"]:
        plan = plans.get(caller["name"], plans["others"])
        if plan:
            ask(world, described, caller, plan, found)
    told = {
        "asked": found.asked,
        "answered": found.answered,
        "reached": sorted(found.reached),
        "wrong": [f"{what} ({how})" for what, how in found.wrong.items()],
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
