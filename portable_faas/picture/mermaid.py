"""A picture as a Mermaid flowchart (mermaid.js.org), which GitHub, GitLab and many editors draw.

charge -> ship      flowchart TD
                        n1["charge<br/>line 4"]
                        n2["ship<br/>line 5"]
                        n1 --> n2
"""

from collections.abc import Iterator
from typing import Final

from portable_faas.picture.graph import Edge, Graph, Kind, Node, Picture
from portable_faas.picture.lines import counted

SHAPES: Final[dict[Kind, str]] = {
    "activity": '["{}"]',
    "python": '[["{}"]]',
    "timer": '(["{}"])',
    "pause": '(["{}"])',
    "status": '[/"{}"/]',
    "gather": '["{}"]',
    "choice": '{{"{}"}}',
    "end": '(("{}"))',
    "failure": '(("{}"))',
}
STYLES: Final[dict[Kind, str]] = {
    "activity": "fill:#dbeafe,stroke:#2563eb,color:#0f172a",
    "python": "fill:#fef3c7,stroke:#d97706,color:#0f172a",
    "timer": "fill:#ede9fe,stroke:#7c3aed,color:#0f172a",
    "pause": "fill:#ede9fe,stroke:#7c3aed,color:#0f172a",
    "status": "fill:#dcfce7,stroke:#16a34a,color:#0f172a",
    "gather": "fill:#e0f2fe,stroke:#0284c7,color:#0f172a",
    "choice": "fill:#f1f5f9,stroke:#64748b,color:#0f172a",
    "end": "fill:#dcfce7,stroke:#16a34a,color:#0f172a",
    "failure": "fill:#fee2e2,stroke:#dc2626,color:#0f172a",
}


def mermaid(picture: Picture) -> str:
    """The text of the flowchart."""
    ids = {node.name: f"n{number}" for number, node in enumerate(picture.graph.every(), 1)}
    lines = ["---", f"title: {_title(picture)}", "---", "flowchart TD"]
    lines += [f"    {line}" for line in _graph(picture.graph, ids, "")]
    kinds = {node.kind: None for node in picture.graph.every()}
    lines += [f"    classDef {kind}_ {STYLES[kind]}" for kind in kinds]
    return "\n".join(lines) + "\n"


def _title(picture: Picture) -> str:
    return f"{picture.orchestrator} on {picture.engine}"


def _graph(graph: Graph, ids: dict[str, str], prefix: str) -> Iterator[str]:
    start, end = f"{prefix}start", f"{prefix}done"
    yield f"{start}(( )) --> {ids[graph.start]}"
    for node in graph.nodes:
        yield from _node(node, ids)
    for edge in graph.edges:
        yield _edge(edge, ids)
    endings = [node for node in graph.nodes if node.ends]
    for node in endings:
        yield f"{ids[node.name]} --> {end}((( )))"


def _node(node: Node, ids: dict[str, str]) -> Iterator[str]:
    own = ids[node.name]
    if not node.branches:
        yield f"{own}{SHAPES[node.kind].format(_text(node))}:::{node.kind}_"
        return
    yield f'subgraph {own}["{_text(node)}"]'
    for number, branch in enumerate(node.branches):
        inside = list(_graph(branch.graph, ids, f"{own}_{number}_"))
        if len(node.branches) == 1:
            yield from (f"    {line}" for line in inside)
            continue
        yield f'    subgraph {own}_{number}[" "]'
        yield from (f"        {line}" for line in inside)
        yield "    end"
    yield "end"


def _text(node: Node) -> str:
    parts = [f"line {node.place.line}"] if node.place and f"line {node.place.line}" not in node.name else []
    parts += [counted(node.cost)] if any(count for _, count in node.cost) else []
    return "<br/>".join([_escaped(node.name), *([f"<small>{', '.join(parts)}</small>"] if parts else [])])


def _edge(edge: Edge, ids: dict[str, str]) -> str:
    arrow = "-.->" if edge.error else "-->"
    label = f'|"{_escaped(edge.label)}"|' if edge.label else ""
    return f"{ids[edge.source]} {arrow}{label} {ids[edge.target]}"


def _escaped(text: str) -> str:
    """Any text inside quotes: Mermaid takes character codes between `#` and `;`."""
    return "".join(
        character if character.isalnum() or character in " _-.,()" else f"#{ord(character)};" for character in text
    )
