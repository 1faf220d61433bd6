"""Built-in plug-ins, on the same public entry points as anyone's."""
