"""One line a check: `ok NAME` or `FAILED NAME: what was seen`."""

import traceback
from contextlib import contextmanager
from typing import Any, Iterator


class Unmet(Exception):
    """What a check demands is not so."""


def require(holds: bool, seen: Any) -> None:
    if not holds:
        raise Unmet(str(seen)[:500])


def equal(seen: Any, wanted: Any) -> None:
    require(seen == wanted, f"{seen!r}, not {wanted!r}")


class Report:
    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0

    @contextmanager
    def check(self, name: str) -> Iterator[None]:
        """A check whose body must end; the next one is tried whatever became of this one."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever went wrong, this check has failed
            where = traceback.extract_tb(error.__traceback__)[-1]
            origin = "" if isinstance(error, Unmet) else f" ({where.name}, line {where.lineno})"
            words = str(error).replace("\n", " ")
            print(f"FAILED {name}: {type(error).__name__} {words}{origin}", flush=True)
            self.failed += 1
        else:
            print(f"ok {name}", flush=True)
            self.passed += 1

    def close(self) -> int:
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 1 if self.failed else 0
