"""`check`, `hint`, `reveal` and `progress`, as a learner meets them."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from mediedu.teach import check, hint, progress, progress_file, reveal
from mediedu.teach.progress_file import FILE, MANIFEST


@pytest.fixture
def course(installed: Path, tmp_path: Path) -> Path:
    (tmp_path / MANIFEST).write_text("{}")
    return tmp_path


def test_right_answer(installed: Path) -> None:
    verdict = check("gamma.3", -1000)
    assert verdict.passed
    assert verdict.message.startswith("Right.")
    assert repr(verdict) == "Passed (gamma.3). Right. Air is −1000 by definition."


@pytest.mark.parametrize(
    ("answer", "fragment"),
    [
        (0, "That is water."),
        (-500, "is -500, which is too large"),
        (np.float64(-1e9), "too small"),
        ("air", "is a str; one number is needed"),
        (True, "is a bool"),
        (float("nan"), "finite number"),
        (None, "is None"),
        (np.zeros((2, 2)), "an array of shape (2, 2)"),
        ([], "is a list"),
    ],
)
def test_wrong_values_are_sentences(installed: Path, answer: object, fragment: str) -> None:
    verdict = check("gamma.3", answer)
    assert not verdict.passed
    assert fragment in verdict.message


def raises(image: np.ndarray, g: float) -> np.ndarray:
    return image[1000]


def leaves(image: np.ndarray, g: float) -> np.ndarray:
    raise SystemExit(2)


def endless(image: np.ndarray, g: float) -> np.ndarray:
    return endless(image, g)


@pytest.mark.parametrize(
    ("answer", "fragment"),
    [
        (raises, "Your code stopped: IndexError"),
        (leaves, "Your code stopped: SystemExit"),
        (endless, "RecursionError"),
        (lambda: 3, "TypeError"),
        (lambda image, g: image.fill(0) or image, "changed the array"),
        (lambda image, g: None, "Is a return missing?"),
        (lambda image, g: [1, 2], "is a list; a NumPy array is needed"),
        (lambda image, g: image[:5], "has the shape (5,); (256,) is needed"),
        (lambda image, g: image.astype(np.int16), "is int16; uint8 is needed"),
        (lambda image, g: np.sqrt(image / 255) * 255, "You returned floats"),
        (lambda image, g: image, "first at [1]: 1 instead of 16."),
        (np.zeros(3), "Give check the function gamma8 itself, without brackets, not an array of"),
    ],
)
def test_wrong_functions_are_sentences(installed: Path, answer: object, fragment: str) -> None:
    verdict = check("gamma.1", answer)
    assert not verdict.passed
    assert fragment in verdict.message


def test_an_answer_that_the_check_did_not_foresee_never_raises(installed: Path) -> None:
    class Odd:
        def __array__(self, *arguments: object, **named: object) -> np.ndarray:
            raise RuntimeError("no array here")

    verdict = check("gamma.3", Odd())
    assert not verdict.passed
    assert verdict.message == "The check could not use your answer: RuntimeError: no array here"


def test_stubs_have_their_own_sentence(installed: Path) -> None:
    def stub(image: np.ndarray, g: float) -> np.ndarray:
        raise NotImplementedError

    for exercise, answer in (("gamma.1", stub), ("gamma.3", ...), ("gamma.1", ...)):
        verdict = check(exercise, answer)
        assert verdict.kind == "undone"
        assert "still to be written" in verdict.message
    assert not progress_file.tried("gamma.1"), "a stub is no try"


@pytest.mark.parametrize(
    ("id", "fragment"),
    [
        ("gama.1", "gamma.1"),
        ("gamma.9", "This chapter has gamma.1, gamma.2, gamma.3"),
        ("x", "no exercise"),
        ("gamm.1", "Did you mean gamma.1 or gamma.2 or gamma.3?"),
    ],
)
def test_unknown_ids_name_near_ones(installed: Path, id: str, fragment: str) -> None:
    assert not check(id, 0).passed
    assert fragment in check(id, 0).message
    assert fragment in hint(id).message
    assert fragment in reveal(id).message


def test_an_id_that_is_no_text_is_a_sentence(installed: Path) -> None:
    def gamma8(image: np.ndarray, g: float) -> np.ndarray:
        return image

    assert "the exercise's id comes first" in check(3, 0).message.lower()
    assert "you gave 3" in hint(3).message
    for answer in (hint(gamma8), reveal(gamma8)):
        assert "you gave the function gamma8" in answer.message
        assert " at 0x" not in answer.message


def test_swapped_and_missing_answers_are_sentences(installed: Path) -> None:
    swapped = check(lambda image, g: image, "gamma.1")
    assert not swapped.passed
    assert swapped.message == 'The two are the wrong way round. The id comes first: check("gamma.1", …).'
    assert " at 0x" not in repr(swapped)
    missing = check("gamma.1")
    assert missing.kind == "undone"
    assert 'check("gamma.1", answer)' in missing.message
    assert not progress_file.tried("gamma.1"), "no answer is no try"
    assert "Did you mean" in check("gama.1").message


def test_hints_go_a_step_further_each_time(installed: Path) -> None:
    texts = [hint("gamma.1").message for _ in range(4)]
    assert texts[0] == "Hint 1 of 3. Scale to [0, 1] first."
    assert texts[2].startswith("Hint 3 of 3.")
    assert texts[3].startswith("These are all the hints.")
    assert hint("gamma.2").message.startswith("Hint 1 of 1")


def test_reveal_only_after_a_try(installed: Path) -> None:
    assert "Try first" in reveal("gamma.1").message
    assert reveal("gamma.1").code == ""
    check("gamma.1", lambda image, g: image)
    code = reveal("gamma.1").code
    assert "table[image]" in code
    assert "SOLUTION" not in code
    shown = reveal("gamma.1")._repr_mimebundle_()
    assert "<pre><code>def gamma8" in shown["text/html"]
    assert "table[image]" in shown["text/plain"]


def test_a_try_of_an_earlier_session_counts(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check("gamma.3", 0)
    monkeypatch.setattr(progress_file, "_session", {})
    assert "air = -1000" in reveal("gamma.3").code


def test_reveal_without_the_chapter_is_a_sentence(
    installed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from mediedu.teach import chapter_files

    monkeypatch.setattr(chapter_files, "chapters_folder", lambda: tmp_path)
    check("gamma.3", 0)
    assert "its chapter was not found" in reveal("gamma.3").message


def test_progress_is_kept_in_the_course_folder(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (course / "deep").mkdir()
    monkeypatch.chdir(course / "deep")
    check("gamma.3", -1000)
    check("gamma.3", 0)  # a later slip does not take the pass away
    check("gamma.1", lambda image, g: image)
    assert json.loads((course / FILE).read_text())["passed"] == {"gamma.1": False, "gamma.3": True}
    monkeypatch.setattr(progress_file, "_session", {})
    text = str(progress(course))
    assert "gamma: 1 of 3 passed (1 tried; 2 not tried; 3 passed)" in text


def test_outside_a_course_folder_nothing_is_written(installed: Path, tmp_path: Path) -> None:
    check("gamma.3", -1000)
    assert list(tmp_path.iterdir()) == []
    assert "gamma: 1 of 3" in str(progress())
    assert "only this session counts" in str(progress())


@pytest.mark.parametrize("content", ["", "{", "[]", '{"passed": 3}', '{"passed": [1]}', "null", "\x00"])
def test_a_damaged_file_is_set_aside(course: Path, content: str, capsys: pytest.CaptureFixture[str]) -> None:
    (course / FILE).write_text(content)
    assert check("gamma.3", -1000).passed
    assert "was damaged" in capsys.readouterr().out
    assert (course / "progress (unreadable 1).json").read_text() == content
    assert json.loads((course / FILE).read_text())["passed"] == {"gamma.3": True}
    assert "was damaged" in str(progress())


def test_an_unwritable_folder_never_stops_a_notebook(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    assert check("gamma.3", -1000).passed
    assert "could not be saved in progress.json (Permission denied)" in capsys.readouterr().out
    assert "gamma: 1 of 3" in str(progress())
    assert [path.name for path in course.iterdir()] == [MANIFEST], "no half-written file is left"


def test_two_notebooks_do_not_lose_each_others_passes(course: Path) -> None:
    check("gamma.3", -1000)
    (course / FILE).write_text(json.dumps({"passed": {"gamma.2": True}}))  # the other one's write came last
    check("gamma.1", lambda image, g: image)
    assert json.loads((course / FILE).read_text())["passed"] == {
        "gamma.1": False,
        "gamma.2": True,
        "gamma.3": True,
    }


def test_verdicts_show_themselves_in_words_and_html(installed: Path) -> None:
    bundle = check("gamma.1", lambda image, g: 1 / 0)._repr_mimebundle_()
    assert bundle["text/plain"].startswith("Not yet (gamma.1).")
    assert 'role="status"' in bundle["text/html"]
    assert "<strong>Not yet</strong>" in bundle["text/html"]
    assert " color:" not in bundle["text/html"], "the text keeps the page's own colour"


def test_messages_are_escaped(installed: Path) -> None:
    def evil(image: np.ndarray, g: float) -> np.ndarray:
        raise ValueError("<script>alert(1)</script> & `code`")

    text = check("gamma.1", evil)._repr_mimebundle_()["text/html"]
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert "<code>code</code>" in text


def test_nothing_heavy_is_loaded() -> None:
    import subprocess
    import sys

    heavy = {"numpy", "nbformat", "jupytext", "matplotlib"}
    code = f"import sys, mediedu.teach as t; t.check, t.quiz; print(sorted({heavy} & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
