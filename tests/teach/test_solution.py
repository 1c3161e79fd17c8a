"""Solution regions, stubs and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediedu.teach.solution import numbered_solutions, stubbed, unmarked

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(
    lambda name: name.isidentifier() and not __import__("keyword").iskeyword(name)
)


@given(NAMES, st.integers(1, 3), st.integers(1, 5), st.booleans(), st.sampled_from(["", "    ", "        "]))
def test_a_stub_compiles_and_raises_its_sentence(
    name: str, number: int, lines: int, documented: bool, outer: str
) -> None:
    body = "\n".join(f"{outer}    x{line} = {line}" for line in range(lines))
    doc = f'{outer}    """What it does."""\n' if documented else ""
    inner = f"{outer}    "
    region = f"{inner}### BEGIN SOLUTION\n{body}\n{inner}return x0\n{inner}### END SOLUTION"
    code = f"{outer}def {name}(a, *, b=1):\n{doc}{region}"
    if outer:
        code = "if True:\n" + (f"    if True:\n{code}" if len(outer) == 8 else code)
    space: dict[str, object] = {}
    exec(compile(stubbed(code, number), "<stub>", "exec"), space)
    with pytest.raises(NotImplementedError, match=rf"^Exercise {number}: write the body of {name}\.$"):
        space[name](0)  # type: ignore[operator]
    assert space[name].__doc__ == ("What it does." if documented else None)
    exec(compile(unmarked(code), "<solution>", "exec"), space)
    assert space[name](0) == 0  # type: ignore[operator]


def test_a_part_of_a_body_keeps_what_was_given() -> None:
    head, end = 'def f(x):\n    """Doc."""\n    y = x\n    ', "\n    return y"
    code = f"{head}### BEGIN SOLUTION\n    y += 1\n    ### END SOLUTION{end}"
    assert stubbed(code, 2) == (
        f'{head}raise NotImplementedError("Exercise 2: write the missing lines of f."){end}'
    )


def test_a_region_inside_a_loop_is_a_part() -> None:
    region = "### BEGIN SOLUTION\n        y += 1\n        ### END SOLUTION"
    code = f"def f(x):\n    for y in x:\n        {region}\n    return y"
    assert 'raise NotImplementedError("Exercise 1: write the missing lines of f.")' in stubbed(code, 1)
    compile(stubbed(code, 1), "<stub>", "exec")


def test_a_signature_over_several_lines() -> None:
    code = "def f(\n    x,\n    y=2,\n):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION"
    assert "write the body of f." in stubbed(code, 1)


def test_values_become_three_dots() -> None:
    code = "### BEGIN SOLUTION\nair, water = -1000, 0\nfat = -100\n### END SOLUTION"
    assert stubbed(code, 3).splitlines() == [
        f"{name} = ...  # Exercise 3: put your answer in place of the three dots."
        for name in ("air", "water", "fat")
    ]


@pytest.mark.parametrize(
    ("code", "fragment"),
    [
        ("### BEGIN SOLUTION\nx = 1", "stands without ### END SOLUTION"),
        ("### END SOLUTION", "stands without ### BEGIN SOLUTION"),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION", "inside another one"),
        ("### BEGIN SOLUTION\nprint(1)\n### END SOLUTION", "must assign its answer"),
    ],
)
def test_broken_regions_are_sentences(code: str, fragment: str) -> None:
    with pytest.raises(ValueError, match=fragment):
        stubbed(code, 1)


def test_a_solution_without_a_check_is_a_sentence() -> None:
    cell = {"cell_type": "code", "source": "### BEGIN SOLUTION\nx = 1\n### END SOLUTION", "metadata": {}}
    with pytest.raises(ValueError, match=r"No check\(...\) cell follows the solution in cell 1"):
        numbered_solutions({"cells": [cell]})
