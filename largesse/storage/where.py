"""The conditions of one query, each with its value."""

from typing import Any


class Where:
    """Conditions that all must hold. `{}` in a condition is the place of its value."""

    def __init__(self, condition: str, value: Any) -> None:
        self.conditions: list[str] = []
        self.values: list[Any] = []
        self.add(condition, value)

    def add(self, condition: str, value: Any) -> None:
        """One more condition with one value, which may stand at several places."""
        self.values.append(value)
        self.conditions.append(condition.replace("{}", f"${len(self.values)}"))

    def say(self, condition: str) -> None:
        """One more condition without a value."""
        self.conditions.append(condition)

    def __str__(self) -> str:
        return " and ".join(f"({condition})" for condition in self.conditions)
