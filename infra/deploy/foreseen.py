"""What a template will make, as far as it says so itself: for a stack that CloudFormation cannot be asked about yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def resources(template: Mapping[str, Any], parameters: Mapping[str, str]) -> dict[str, str]:
    """Logical id -> type of those whose condition holds. Parameters that are not given have their defaults."""
    defaults = {name: found.get("Default", "") for name, found in template.get("Parameters", {}).items()}
    holds = _Conditions(template.get("Conditions", {}), {**defaults, **parameters}).hold
    named: dict[str, Any] = template["Resources"]
    return {name: each["Type"] for name, each in named.items() if "Condition" not in each or holds(each)}


class _Conditions:
    def __init__(self, named: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        self._named, self._values = named, values

    def hold(self, asked: Mapping[str, Any]) -> bool:
        """Of an object that names a condition, or is one."""
        match asked:
            case {"Condition": name}:
                return self.hold(self._named[name])
            case {"Fn::Equals": [one, other]}:
                return self._value(one) == self._value(other)
            case {"Fn::Not": [part]}:
                return not self.hold(part)
            case {"Fn::And": parts}:
                return all(map(self.hold, parts))
            case {"Fn::Or": parts}:
                return any(map(self.hold, parts))
        raise ValueError(f"no condition that is understood here: {asked}")

    def _value(self, of: Any) -> str:
        """As text, since CloudFormation compares so: a number of the template with the text of a parameter."""
        return str(self._values[of["Ref"]] if isinstance(of, dict) else of)
