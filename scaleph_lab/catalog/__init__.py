"""The catalog: what the platform remembers, in one database, asked by services that ask the policy.

``documents`` (what goes in and out) and ``errors`` are light; all else here brings SQLAlchemy, and is imported late.
"""
