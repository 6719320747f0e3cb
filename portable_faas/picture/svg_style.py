"""The look of the SVG: one colour per kind of state, dashed lines where something failed, light and dark."""

from typing import Final

_LIGHT: Final = {
    "paper": "#ffffff",
    "ink": "#0f172a",
    "soft": "#475569",
    "line": "#334155",
    "failed": "#dc2626",
    "activity": "#dbeafe",
    "activity-line": "#2563eb",
    "python": "#fef3c7",
    "python-line": "#d97706",
    "timer": "#ede9fe",
    "timer-line": "#7c3aed",
    "status": "#dcfce7",
    "status-line": "#16a34a",
    "gather": "#f0f9ff",
    "gather-line": "#0284c7",
    "choice": "#f1f5f9",
    "choice-line": "#64748b",
    "failure": "#fee2e2",
    "failure-line": "#dc2626",
}
_DARK: Final = {
    "paper": "#0d1117",
    "ink": "#e6edf3",
    "soft": "#9da7b3",
    "line": "#9da7b3",
    "failed": "#f87171",
    "activity": "#172f55",
    "activity-line": "#60a5fa",
    "python": "#43310c",
    "python-line": "#fbbf24",
    "timer": "#2e2355",
    "timer-line": "#a78bfa",
    "status": "#12351f",
    "status-line": "#4ade80",
    "gather": "#0c2738",
    "gather-line": "#38bdf8",
    "choice": "#1f2733",
    "choice-line": "#94a3b8",
    "failure": "#451a1a",
    "failure-line": "#f87171",
}
_SAME: Final = {"pause": "timer", "end": "status"}
_KINDS: Final = ("activity", "python", "timer", "status", "gather", "choice", "failure", "pause", "end")


def _rules(colours: dict[str, str]) -> str:
    """Colours as plain properties: not every viewer of SVG knows variables."""
    made = [
        f".paper{{fill:{colours['paper']}}}",
        f"text{{fill:{colours['ink']}}}.cost{{fill:{colours['soft']}}}",
        f".edge{{stroke:{colours['line']}}}.edge.error{{stroke:{colours['failed']}}}",
        f".head{{fill:{colours['line']}}}.head.error{{fill:{colours['failed']}}}",
        f".dot{{fill:{colours['ink']}}}.ring{{stroke:{colours['ink']}}}",
    ]
    for kind in _KINDS:
        name = _SAME.get(kind, kind)
        style = f"fill:{colours[name]};stroke:{colours[f'{name}-line']}"
        made.append(f".{kind}>rect,.{kind}>polygon{{{style}}}")
    return "".join(made)


STYLE: Final = (
    "text{font-family:ui-sans-serif,system-ui,'Segoe UI',Helvetica,Arial,sans-serif;text-anchor:middle}"
    ".title{font-size:17px;font-weight:600}.name{font-size:13px;font-weight:600}.cost{font-size:11px}"
    ".node>rect,.node>polygon{stroke-width:1.5}.edge{fill:none;stroke-width:1.5}.ring{fill:none;stroke-width:1.5}"
    ".edge.error{stroke-width:1;stroke-dasharray:5 4;opacity:.65}"
    f"{_rules(_LIGHT)}@media(prefers-color-scheme:dark){{{_rules(_DARK)}}}"
)


def _head(kind: str) -> str:
    return (
        f'<marker id="{kind}-head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
        f'orient="auto-start-reverse"><path class="head {kind}" d="M0 0L10 5L0 10z"/></marker>'
    )


DEFS: Final = f"<defs>{''.join(_head(kind) for kind in ('next', 'back', 'error'))}</defs>"
