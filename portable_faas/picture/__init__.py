"""What an engine makes of an orchestrator, as plain data, with its costs and its drawings."""

from portable_faas.picture.graph import Branch, Cost, Edge, Graph, Kind, Node, Picture, Piece, Place, Section, When

__all__ = ["Branch", "Cost", "Edge", "Graph", "Kind", "Node", "Picture", "Piece", "Place", "Section", "When"]
