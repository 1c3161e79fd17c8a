"""Quizzes: files held to their form, and HTML that works with nothing but a browser."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from mediedu.teach import quiz
from mediedu.teach.quiz_page import read_quiz


class Reader(HTMLParser):
    """Collect tags with their attributes, and check that every one is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("input", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_every_input_has_a_label_and_every_question_a_legend(made_up: Path) -> None:
    page = Reader(quiz("gamma")._repr_mimebundle_()["text/html"])
    assert page.open == []
    assert len(page.all("fieldset")) == len(page.all("legend")) == len(page.all("details")) == 4
    ids = [attributes["id"] for attributes in page.all("input")]
    assert len(set(ids)) == len(ids) == 9
    assert [attributes["for"] for attributes in page.all("label")] == ids
    assert [attributes["type"] for attributes in page.all("input")].count("checkbox") == 3
    assert page.all("script") == []


def test_explanations_are_no_text_outside_details(made_up: Path) -> None:
    """What strips styles and unknown attributes (an untrusted notebook, GitHub) must not tell the answers."""
    text = quiz("gamma")._repr_mimebundle_()["text/html"]
    outside = re.sub(r"<details>.*?</details>|<style>.*?</style>", "", text, flags=re.DOTALL)
    assert "square root" not in re.sub(r"<[^>]*>", "", outside)
    assert text.count("square root") == 2, "once for the choice, once in the details"
    assert "<details open" not in text


def test_an_attribute_holds_the_bare_text(made_up: Path) -> None:
    page = Reader(quiz("gamma")._repr_mimebundle_()["text/html"])
    told = [attributes["data-why"] for attributes in page.all("span")]
    assert told[0] == "No. That is the power 2; below 1 a power brightens."
    assert told[3] == "No. 0.5 ** 0.5 is 0.7071."
    assert told[7] == "No. What the detector did not record is not there, <b>whatever</b> the curve."


def test_text_is_escaped_and_marks_are_shown(made_up: Path) -> None:
    text = quiz("gamma")._repr_mimebundle_()["text/html"]
    assert "<b>whatever" not in text
    assert "&lt;b&gt;whatever&lt;/b&gt;" in text
    assert "<em>brightens</em>" in text
    assert "<code>0.5 ** 0.5</code> is 0.7071" in text


def test_the_plain_text_lists_questions_without_answers(made_up: Path) -> None:
    text = repr(quiz("gamma"))
    assert text.startswith("1. What does a power of 0.5 do to a level of 0.25?\n   a) It becomes 0.0625")
    assert "square root" not in text


def test_an_unknown_quiz_names_near_ones(made_up: Path) -> None:
    with pytest.raises(ValueError, match=r"no quiz 'gama'\. There are: gamma"):
        quiz("gama")


GOOD = '[[question]]\ntext = "T"\n'
GOOD += 'option = [{ text = "a", right = true, why = "w" }, { text = "b", why = "w" }]\n'


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("", "holds no"),
        ("[[question]", "not valid TOML"),
        (GOOD.replace(", right = true", ""), "no right option"),
        (GOOD.replace(', { text = "b", why = "w" }', ""), "1 options; 2 to 6 are needed"),
        (GOOD.replace(', why = "w" }]', " }]"), "question 1 lacks 'why'"),
        (GOOD.replace('text = "T"\n', ""), "question 1 lacks 'text'"),
    ],
)
def test_a_broken_file_is_a_sentence(tmp_path: Path, text: str, fragment: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(text)
    with pytest.raises(ValueError, match=fragment):
        read_quiz(path)
    path.write_text(GOOD)
    assert len(read_quiz(path).questions) == 1
