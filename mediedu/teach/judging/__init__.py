"""What all checks share: run a learner's code, compare what it gives, recognise known mistakes.

Each function either returns or raises `WrongAnswer` with the sentence that the learner reads.
"""

from mediedu.teach.judging.comparing import an_array, recognise, same_array, same_number
from mediedu.teach.judging.running import call, the_function

__all__ = ["an_array", "call", "recognise", "same_array", "same_number", "the_function"]
