"""Tables of names, written as running text."""


def words(text: str) -> tuple[str, ...]:
    """The words of ``text``."""
    return tuple(text.split())
