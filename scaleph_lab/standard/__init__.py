"""The data standard as plain data: types and their values, what violates an element, the query that looks for it.

No database and no engine is known here: whoever has elements and columns may ask.
"""
