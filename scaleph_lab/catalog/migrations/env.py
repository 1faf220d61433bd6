"""What Alembic runs around the revisions: on the connection of `migrating`, in the transaction that is open there.

No part of a package, since only Alembic can run it. In ``versions`` is one file a revision, in the order of their
numbers; one that was released never changes.
"""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
