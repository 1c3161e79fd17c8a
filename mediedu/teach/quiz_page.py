"""A chapter's quiz as one piece of HTML that needs no script, no kernel and no mouse.

Choosing an answer shows its explanation by CSS alone (``input:checked ~ …``), inside a live region, so
that a screen reader speaks it. Its text waits in an attribute: JupyterLab strips styles and ``hidden`` from
a notebook that it does not trust, and would show every answer at once. The ``<details>`` below each question
holds all explanations, there and everywhere.
"""

import difflib
import html
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Option", "Question", "Quiz", "quiz"]

_MOST = 6


@dataclass(frozen=True)
class Option:
    """One possible answer and why it is right or wrong."""

    text: str
    right: bool
    why: str


@dataclass(frozen=True)
class Question:
    """One question; `earlier` is the number of the earlier chapter that it comes back to, or empty."""

    text: str
    options: tuple[Option, ...]
    earlier: str = ""


@dataclass(frozen=True)
class Quiz:
    """The questions of one chapter; shows itself as the last expression of a cell."""

    slug: str
    questions: tuple[Question, ...]

    def __repr__(self) -> str:
        lines = []
        for number, question in enumerate(self.questions, 1):
            lines.append(f"{number}. {question.text}")
            lines += [
                f"   {letter}) {option.text}"
                for letter, option in zip("abcdef", question.options, strict=False)
            ]
        return "\n".join(lines)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self._html(), "text/plain": repr(self)}

    def _html(self) -> str:
        body = "\n".join(_question(self.slug, number, one) for number, one in enumerate(self.questions, 1))
        return f'<div class="mediedu-quiz">\n<style>{_STYLE}</style>\n{body}\n</div>'


def quiz(slug: str) -> Quiz:
    """Give the quiz of a chapter.

    Parameters
    ----------
    slug : str
        The chapter's file name without its number and ending, as in ``"knn_smoothing"``.

    Returns
    -------
    Quiz
        Shows itself as the last expression of a cell.

    Raises
    ------
    ValueError
        Where there is no such quiz, or its file is not as it should be; with a sentence.
    """
    from mediedu.teach import quizzes

    files = {path.stem: path for folder in quizzes.__path__ for path in Path(folder).glob("*.toml")}
    if slug not in files:
        known = sorted(files)
        near = difflib.get_close_matches(str(slug), known, n=3, cutoff=0.4) or known
        raise ValueError(f"There is no quiz {slug!r}. There are: {', '.join(near) or 'none yet'}.")
    return read_quiz(files[slug])


def read_quiz(path: Path) -> Quiz:
    """Read a quiz file and hold it to its form.

    Raises
    ------
    ValueError
        With the question that breaks the form.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path.name} is not valid TOML: {error}.") from error
    questions = []
    for number, entry in enumerate(table.get("question", []), 1):
        where = f"{path.name}, question {number}"
        try:
            options = tuple(
                Option(one["text"], bool(one.get("right", False)), one["why"]) for one in entry["option"]
            )
            question = Question(entry["text"], options, str(entry.get("earlier", "")))
        except (KeyError, TypeError) as error:
            raise ValueError(
                f"{where} lacks {error}: a question has text and options, an option text and why."
            ) from error
        if not 2 <= len(options) <= _MOST:
            raise ValueError(f"{where} has {len(options)} options; 2 to {_MOST} are needed.")
        if not any(option.right for option in options):
            raise ValueError(f"{where} has no right option: put right = true into at least one.")
        questions.append(question)
    if not questions:
        raise ValueError(f"{path.name} holds no [[question]].")
    return Quiz(path.stem, tuple(questions))


def _question(slug: str, number: int, question: Question) -> str:
    many = sum(option.right for option in question.options) > 1
    kind = "checkbox" if many else "radio"
    name = f"quiz-{slug}-{number}"
    note = " (more than one is right)" if many else ""
    if question.earlier:
        note += f" (from chapter {html.escape(question.earlier)})"
    inputs, told, answers = [], [], []
    for letter, option in zip("abcdef", question.options, strict=False):
        word = "Right." if option.right else "No."
        text, why = _inline(option.text), _inline(option.why)
        id = f"{name}{letter}"
        inputs.append(f'<input type="{kind}" name="{name}" id="{id}"><label for="{id}">{text}</label><br>')
        told.append(f'<span data-why="{word} {_bare(option.why)}"></span>')
        answers.append(f"<li>{text} <strong>{word}</strong> {why}</li>")
    return (
        # Lab's command mode takes arrow keys for itself; the handler keeps them with the question.
        '<fieldset onkeydown="event.stopPropagation()">'
        f"<legend>{number}. {_inline(question.text)}{note}</legend>\n"
        + "\n".join(inputs)
        + f'\n<div role="status">{"".join(told)}</div>\n'
        + f"<details><summary>All answers to question {number}</summary>"
        + f"<ul>{''.join(answers)}</ul></details></fieldset>"
    )


def _inline(text: str) -> str:
    """Escape text for HTML; `code` in backticks, *emphasis* in stars."""
    safe = html.escape(" ".join(text.split()), quote=False)
    safe = re.sub(r"`([^`]+)`", r"<code>\1</code>", safe)
    return re.sub(r"(?<![\w*])\*([^*\s](?:[^*]*[^*\s])?)\*(?![\w*])", r"<em>\1</em>", safe)


def _bare(text: str) -> str:
    """Escape text for an attribute, without the marks of code and emphasis."""
    return html.escape(html.unescape(re.sub(r"<[^>]+>", "", _inline(text))))


# Colours come from the page (inherit, currentColor), so the quiz reads in light and in dark.
_STYLE = (
    ".mediedu-quiz fieldset{border:1px solid currentColor;border-radius:.3em;margin:0 0 1em;"
    "padding:.4em 1em .6em}"
    ".mediedu-quiz legend{font-weight:600;padding:0 .4em;float:none;width:auto;font-size:inherit}"
    ".mediedu-quiz input{margin:.35em .5em .35em 0;width:1.1em;height:1.1em;vertical-align:top}"
    ".mediedu-quiz label{display:inline-block;max-width:calc(100% - 2.4em);padding:.15em 0;"
    "vertical-align:top}"
    ".mediedu-quiz :is(input,summary):focus-visible{outline:2px solid currentColor;outline-offset:2px}"
    ".mediedu-quiz [data-why]{display:none;border-left:.3em solid currentColor;margin:.4em 0;"
    "padding:.1em .8em}"
    ".mediedu-quiz [data-why]::before{content:attr(data-why)}"
    + ",".join(
        f".mediedu-quiz input:nth-of-type({n}):checked~[role=status] span:nth-of-type({n})"
        for n in range(1, _MOST + 1)
    )
    + "{display:block}"
)
