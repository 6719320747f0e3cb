"""Places the nodes of a graph in layers, from top to bottom, and leads its edges between them.

a -> b, a -> c, b -> d, c -> d        a
                                     b c
                                      d

The method of Sugiyama, Tagawa and Toda (1981): turn the edges that lead back, layer by the longest path, put a point
into every layer that an edge crosses, order each layer by the middle of its neighbours, then move towards them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final, final

ACROSS: Final = 36.0  # pixels between two nodes of a layer; edges run closer
DOWN: Final = 56.0  # pixels between two layers
SWEEPS: Final = 12
HEAVY: Final = 8.0  # how much more than others the links that are to be straight pull their nodes
RIGID: Final = 24.0  # how much the points of an edge are pulled to lie one below the other

Size = tuple[float, float]
Point = tuple[float, float]
Key = str | tuple[str, str, int]  # a node, or the point of an edge in a layer
Link = tuple[str, str]


@final
@dataclass(frozen=True, slots=True)
class Layout:
    """``centres`` of the nodes, ``routes`` of the edges as points from node to node, and the size of it all."""

    centres: dict[str, Point]
    routes: dict[Link, tuple[Point, ...]]
    size: Size


def layout(sizes: Mapping[str, Size], links: Sequence[Link], turned: Iterable[Link], heavy: Iterable[Link]) -> Layout:
    """Place nodes of these sizes; ``turned`` links lead upwards, ``heavy`` ones are to be straight."""
    back = set(turned)
    ranks = _ranks(sizes, [link for link in links if link not in back and link[0] != link[1]])
    chains = {link: _chain(link, ranks) for link in links if link[0] != link[1]}
    layers = _layers(sizes, ranks, chains.values())
    pairs = [(upper, lower) for chain in chains.values() for upper, lower in _pairs(chain)]
    weights = {pair: 1.0 for pair in pairs}
    weights.update({pair: HEAVY for link in heavy if link in chains for pair in _pairs(chains[link])})
    layers = _ordered(layers, pairs)
    across = _across(layers, sizes, weights)
    return _placed(sizes, layers, across, chains)


def _ranks(sizes: Mapping[str, Size], links: list[Link]) -> dict[str, int]:
    above: dict[str, list[str]] = {name: [] for name in sizes}
    for source, target in links:
        above[target].append(source)
    ranks: dict[str, int] = {}
    pending = list(sizes)
    while pending:  # no link leads back, so that each round settles at least one
        ready = [name for name in pending if all(other in ranks for other in above[name])]
        for name in ready:
            ranks[name] = max((ranks[other] + 1 for other in above[name]), default=0)
        pending = [name for name in pending if name not in ranks]
    return ranks


def _chain(link: Link, ranks: dict[str, int]) -> list[Key]:
    """The nodes and points that an edge passes, from the upper layer to the lower one."""
    upper, lower = sorted(link, key=lambda name: ranks[name])
    between: list[Key] = [(*link, rank) for rank in range(ranks[upper] + 1, ranks[lower])]
    return [upper, *between, lower]


def _pairs(chain: list[Key]) -> list[tuple[Key, Key]]:
    return list(pairwise(chain))


def _layers(sizes: Mapping[str, Size], ranks: dict[str, int], chains: Iterable[list[Key]]) -> list[list[Key]]:
    layers: list[list[Key]] = [[] for _ in range(max(ranks.values()) + 1)]
    for name in sizes:
        layers[ranks[name]].append(name)
    for chain in chains:
        for key in chain[1:-1]:
            layers[int(key[2])].append(key)
    return layers


def _ordered(layers: list[list[Key]], pairs: list[tuple[Key, Key]]) -> list[list[Key]]:
    """The order with the fewest crossings of all that were tried."""
    best, fewest = layers, _crossings(layers, pairs)
    for _ in range(SWEEPS):
        layers = [list(layer) for layer in layers]
        _order(layers, pairs)
        crossings = _crossings(layers, pairs)
        if crossings < fewest:
            best, fewest = layers, crossings
    return best


def _crossings(layers: list[list[Key]], pairs: list[tuple[Key, Key]]) -> int:
    """How many pairs of links between the same two layers cross."""
    place = {key: at for layer in layers for at, key in enumerate(layer)}
    row = {key: number for number, layer in enumerate(layers) for key in layer}
    rows: dict[int, list[tuple[int, int]]] = {}
    for upper, lower in pairs:
        rows.setdefault(row[upper], []).append((place[upper], place[lower]))
    return sum((a - c) * (b - d) < 0 for links in rows.values() for (a, b), (c, d) in combinations(links, 2))


def _order(layers: list[list[Key]], pairs: list[tuple[Key, Key]]) -> None:
    """Each layer by the middle of its neighbours above, then from below."""
    for forward in (True, False):
        near: dict[Key, list[Key]] = {}
        for upper, lower in pairs:
            near.setdefault(lower if forward else upper, []).append(upper if forward else lower)
        for layer in layers if forward else reversed(layers):
            place = {key: at / max(1, len(each) - 1) for each in layers for at, key in enumerate(each)}
            middle = {key: _mean([place[other] for other in near.get(key, [])], place[key]) for key in layer}
            layer.sort(key=lambda key: middle[key])


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _width(sizes: Mapping[str, Size], key: Key) -> float:
    return sizes[key][0] if isinstance(key, str) else 4.0


def _across(
    layers: list[list[Key]], sizes: Mapping[str, Size], weights: Mapping[tuple[Key, Key], float]
) -> dict[Key, float]:
    """The centre of every node and point, as near to its neighbours as the order of the layer lets it be."""
    near: dict[Key, list[tuple[Key, float]]] = {}
    for (upper, lower), weight in weights.items():
        near.setdefault(upper, []).append((lower, weight))
        near.setdefault(lower, []).append((upper, weight))
    across = {key: at * 200.0 for layer in layers for at, key in enumerate(layer)}
    for _ in range(SWEEPS * 6):
        upright = _upright(across)
        for layer in (*layers, *reversed(layers)):
            wanted = [_pulled(across, near.get(key, []), across[key], upright.get(key[:2])) for key in layer]
            gaps = [_gap(sizes, one, other) for one, other in pairwise(layer)]
            across.update(zip(layer, _apart(wanted, gaps), strict=True))
    return across


def _upright(across: Mapping[Key, float]) -> dict[object, float]:
    """Where the points of each edge are to lie, one below the other."""
    found: dict[object, list[float]] = {}
    for key, x in across.items():
        if not isinstance(key, str):
            found.setdefault(key[:2], []).append(x)
    return {link: sum(values) / len(values) for link, values in found.items()}


def _pulled(
    across: Mapping[Key, float], near: list[tuple[Key, float]], otherwise: float, upright: float | None
) -> float:
    pulls = [(across[key], weight) for key, weight in near] + ([] if upright is None else [(upright, RIGID)])
    total = sum(weight for _, weight in pulls)
    return sum(x * weight for x, weight in pulls) / total if total else otherwise


def _gap(sizes: Mapping[str, Size], one: Key, other: Key) -> float:
    points = (isinstance(one, str), isinstance(other, str)).count(False)
    return (_width(sizes, one) + _width(sizes, other)) / 2 + ACROSS / (1, 1.6, 2.4)[points]


def _apart(wanted: list[float], gaps: list[float]) -> list[float]:
    """The places nearest to the wanted ones (least squares) that keep the gaps: neighbours that collide move as one."""
    offsets = [0.0]
    for gap in gaps:
        offsets.append(offsets[-1] + gap)
    blocks: list[tuple[float, int]] = []  # the mean of what a block wants, and how many are in it
    for want, offset in zip(wanted, offsets, strict=True):
        mean, many = want - offset, 1
        while blocks and blocks[-1][0] > mean:
            before, count = blocks.pop()
            mean, many = (before * count + mean * many) / (count + many), count + many
        blocks.append((mean, many))
    shifts = [mean for mean, many in blocks for _ in range(many)]
    return [shift + offset for shift, offset in zip(shifts, offsets, strict=True)]


def _placed(
    sizes: Mapping[str, Size],
    layers: list[list[Key]],
    across: dict[Key, float],
    chains: dict[Link, list[Key]],
) -> Layout:
    left = min(across[key] - _width(sizes, key) / 2 for layer in layers for key in layer)
    right = max(across[key] + _width(sizes, key) / 2 for layer in layers for key in layer)
    down: dict[Key, float] = {}
    half: dict[Key, float] = {}  # of the layer, for the points of edges: they cross it upright, beside its nodes
    top = 0.0
    for layer in layers:
        tall = max((sizes[key][1] for key in layer if isinstance(key, str)), default=0.0)
        down.update({key: top + tall / 2 for key in layer})
        half.update({key: 0.0 if isinstance(key, str) else tall / 2 for key in layer})
        top += tall + DOWN
    routes = {link: _route(link, chain, across, down, half, left) for link, chain in chains.items()}
    centres = {name: (across[name] - left, down[name]) for name in sizes}
    return Layout(centres, routes, (right - left, top - DOWN))


def _route(
    link: Link,
    chain: list[Key],
    across: dict[Key, float],
    down: dict[Key, float],
    half: dict[Key, float],
    left: float,
) -> tuple[Point, ...]:
    points: list[Point] = []
    for key in chain:
        x, y = across[key] - left, down[key]
        points += [(x, y - half[key]), (x, y + half[key])] if half[key] else [(x, y)]
    return tuple(points if chain[0] == link[0] else points[::-1])
