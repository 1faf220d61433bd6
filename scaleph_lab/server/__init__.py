"""The Jupyter server extension: what the browser asks for, behind Jupyter's authentication.

``openapi.yaml`` is the contract; ``routes.py`` lists what serves it, and a test holds the two together.
"""
