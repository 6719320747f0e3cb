"""``log_failure``: an error of the user's code in the log, whatever characters it holds.

ValueError("\\ud800")   ->   the traceback with \\ud800 spelled out, where the log would fail on it
"""

import logging


def log_failure(log: logging.Logger, level: int, error: BaseException, message: str, *given: object) -> None:
    """Log an error of the user's with its traceback, in characters that every log takes.

    Lambda's and the Functions worker's handlers encode a line as UTF-8 and let the failure of that out.
    """
    if not log.isEnabledFor(level):
        return
    from traceback import format_exception

    text = "".join(format_exception(error))
    try:
        text.encode()
    except UnicodeEncodeError:
        log.log(level, message + "\n%s", *given, text.encode("utf-8", "backslashreplace").decode())
    else:
        log.log(level, message, *given, exc_info=error)
