"""Turn a plain loop over numbers into machine code, the first time it is called.

A kernel is an ordinary Python function over NumPy arrays. ``@compiled`` leaves it alone until it is called,
so importing a room doesn't load numba. The machine code is kept in numba's cache folder; where no folder
can be written (a read-only install, no home folder) the kernel is compiled afresh in each process. Kernels
release Python's lock, so that several threads can run them at once.

Under ``MEDIEDU_NO_COMPILE=1`` kernels run as plain Python: slow, and visible to a debugger and to coverage.
"""

import os
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, ParamSpec, TypeVar, cast

__all__ = ["compiled"]

P = ParamSpec("P")
R = TypeVar("R")


def _translate(function: Callable[..., Any], cache: bool) -> Callable[..., Any]:
    from numba import njit

    if cache:
        try:
            return njit(nogil=True, error_model="numpy", cache=True)(function)
        except RuntimeError:  # numba found no folder that it may write
            pass
    return njit(nogil=True, error_model="numpy")(function)


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a kernel with numba when it is first called.

    Parameters
    ----------
    function : callable
        A loop over NumPy arrays and numbers, in the part of Python that numba translates. It writes its
        results into arrays it is given, and gives the same result when it is run twice. It takes positional
        arguments only.

    Returns
    -------
    callable
        The same function, faster. The plain Python one stays reachable as ``.__wrapped__``.

    Notes
    -----
    ``MEDIEDU_NO_COMPILE=1`` is looked up at each call.

    Examples
    --------
    >>> import numpy as np
    >>> @compiled
    ... def total(values):
    ...     s = 0.0
    ...     for v in values:
    ...         s += v
    ...     return s
    >>> float(total.__wrapped__(np.array([1.0, 2.0, 3.5])))
    6.5
    """
    machine_code: Callable[..., Any] | None = None
    lock = Lock()

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        nonlocal machine_code
        if os.environ.get("MEDIEDU_NO_COMPILE") == "1":
            return function(*args, **kwargs)
        if machine_code is None:
            with lock:
                if machine_code is None:
                    machine_code = _translate(function, cache=True)
        try:
            return cast(R, machine_code(*args, **kwargs))
        except OSError:  # the cache folder filled up or vanished; kernels do no input or output of their own
            with lock:
                machine_code = _translate(function, cache=False)
            return cast(R, machine_code(*args, **kwargs))

    return call
