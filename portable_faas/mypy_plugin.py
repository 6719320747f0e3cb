"""The mypy plugin: ``Counter(3)`` of an ``@app.entity`` class is checked against the attributes of the class.

    [tool.mypy]
    plugins = ["portable_faas.mypy_plugin"]

``App.entity`` is a ``typing.dataclass_transform``, which pyright follows. mypy looks for one only where it knows the
decorator before it infers types, so not behind a variable such as ``app`` (mypy issue 16527). The plugin gives the
decorator the name of the one that mypy knows.
"""

from collections.abc import Callable
from typing import Final

from mypy.nodes import MemberExpr
from mypy.plugin import ClassDefContext, Plugin

DECORATOR: Final = "entity"
DATACLASS: Final = "dataclasses.dataclass"


class EntityPlugin(Plugin):
    """Reads a class below ``@app.entity``, whatever the app is called, as the dataclass that it is."""

    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None]:
        """What is asked for each class, before its decorators are looked at."""
        return _name_decorators


def _name_decorators(context: ClassDefContext) -> None:
    for decorator in context.cls.decorators:
        if isinstance(decorator, MemberExpr) and decorator.name == DECORATOR and not decorator.fullname:
            decorator.fullname = DATACLASS


def plugin(_version: str) -> type[Plugin]:
    """Where mypy finds the plugin."""
    return EntityPlugin
