"""``python -m mediedu``: the same commands as ``mediedu``."""

from mediedu.cli import main

if __name__ == "__main__":
    main()
