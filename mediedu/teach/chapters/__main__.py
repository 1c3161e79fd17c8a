"""``python -m mediedu.teach.chapters``: chapters as text, and executed again."""

import argparse
import sys
from pathlib import Path

from mediedu.teach.chapters.build import Chapters
from mediedu.teach.chapters.execution import ChapterFailed


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0, or 1 where something failed or `--check` found work."""
    parser = argparse.ArgumentParser(prog="python -m mediedu.teach.chapters", description=__doc__)
    parser.add_argument("--notebooks", type=Path, default=Path("notebooks"), help="the stored chapters")
    parser.add_argument("--texts", type=Path, default=Path("build/chapters"), help="their texts")
    commands = parser.add_subparsers(dest="command", required=True)
    text = commands.add_parser("text", help="write the chapters as text")
    text.add_argument("chapters", nargs="*", help="numbers or slugs; all by default")
    text.add_argument(
        "--force", action="store_true", help="write over texts with changes that were not built"
    )
    build = commands.add_parser("build", help="bring texts back, execute what changed, store the outputs")
    build.add_argument("chapters", nargs="*", help="numbers or slugs; all by default")
    build.add_argument("--all", action="store_true", help="execute also what has not changed")
    build.add_argument(
        "--check", action="store_true", help="only say what would be executed; 1 where there is any"
    )
    build.add_argument(
        "--draft", action="store_true", help="execute once, write the notebook beside its text only"
    )
    book = commands.add_parser("book", help="write copies for the book, each solution folded below its stub")
    book.add_argument("folder", type=Path)
    chosen = parser.parse_args(arguments)

    course = Chapters(chosen.notebooks, chosen.texts)
    try:
        if chosen.command == "text":
            course.write_texts(chosen.chapters, force=chosen.force)
            return 0
        if chosen.command == "book":
            from mediedu.teach.book_copy import book_copy

            for path in book_copy(chosen.folder, notebooks=chosen.notebooks):
                print(path.name)
            return 0
        if chosen.all or chosen.draft:
            todo = dict.fromkeys(course.names(chosen.chapters), "asked for")
        else:
            todo = course.stale(chosen.chapters)
    except (ChapterFailed, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    if chosen.check:
        for name, reason in todo.items():
            print(f"{name}: {reason}")
        return 1 if todo else 0
    failed = 0
    for name in todo:
        try:
            course.build(name, draft=chosen.draft)
        except (ChapterFailed, ValueError) as error:
            failed += 1
            print(f"{name}: not stored. {error}", file=sys.stderr)
    print(f"{len(todo) - failed} built, {failed} failed." if todo else "Nothing has changed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
