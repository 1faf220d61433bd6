"""Revisions of the database, run by `scaleph_lab.catalog.migrating`."""
