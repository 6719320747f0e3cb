"""A wrong call of the command line: one line for people, and the exit code."""

from typing import final


@final
class Refusal(Exception):
    """``exit_code`` 2: the program or the call is wrong; 3: the machine lacks something; 130: Ctrl-C."""

    def __init__(self, text: str, exit_code: int = 2) -> None:
        super().__init__(text)
        self.exit_code = exit_code
