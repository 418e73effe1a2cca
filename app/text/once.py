"""A property that is worked out once."""

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801 - used as a decorator
    """As `functools.cached_property`, which in Python 3.11 takes a lock each time.

    For objects that belong to one text, and so to one thread.
    """

    def __init__(self, work: Callable[[Any], T]) -> None:
        """Decorate the method that works the value out."""
        self._work = work
        self._name = work.__name__
        self.__doc__ = work.__doc__

    @overload
    def __get__(self, owner: None, kind: type) -> Self: ...
    @overload
    def __get__(self, owner: object, kind: type | None = None) -> T: ...
    def __get__(self, owner: object, kind: type | None = None) -> Self | T:
        """Work the value out and leave it where it is found first."""
        if owner is None:
            return self
        value = owner.__dict__[self._name] = self._work(owner)
        return value
