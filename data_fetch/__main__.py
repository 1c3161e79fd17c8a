"""``python -m data_fetch``."""

import sys

from data_fetch.command_line import main

sys.exit(main())
