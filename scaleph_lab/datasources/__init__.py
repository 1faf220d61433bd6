"""Data sources: their types as data, checked properties, tests that connect, browsing and bindings.

Nothing is stored here: a data source is its type, its properties and the names of its secrets.
"""
