"""The built-in types of data sources, one YAML file a type."""

from importlib.resources import files

__all__ = ["TYPES"]

TYPES = files(__package__) / "types"
