"""Puts the made-up chapter's checks and quiz where mediedu.teach looks for them."""

from pathlib import Path

from mediedu.teach import exercises, quizzes

HERE = Path(__file__).parent

for room, name in ((exercises, "exercises"), (quizzes, "quizzes")):
    if str(HERE / name) not in room.__path__:
        room.__path__.append(str(HERE / name))
