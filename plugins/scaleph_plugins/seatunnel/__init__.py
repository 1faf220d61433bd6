"""SeaTunnel releases as data: which jars they consist of, and what their connectors can be told."""

from importlib.resources import files

__all__ = ["CONNECTORS"]

CONNECTORS = files(__package__)
