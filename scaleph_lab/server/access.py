"""Users, roles, grants and rights over REST."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from scaleph_lab.server.catalog import CatalogHandler

if TYPE_CHECKING:
    from scaleph_lab.catalog.services.grants import Grants
    from scaleph_lab.catalog.services.rights import RightsAnswers
    from scaleph_lab.catalog.services.roles import Roles
    from scaleph_lab.catalog.services.users import Users

__all__ = [
    "GrantHandler",
    "GrantListHandler",
    "MeHandler",
    "RightHandler",
    "RoleHandler",
    "RoleListHandler",
    "UserHandler",
    "UserListHandler",
]


def _users() -> type[Users]:
    from scaleph_lab.catalog.services.users import Users

    return Users


def _roles() -> type[Roles]:
    from scaleph_lab.catalog.services.roles import Roles

    return Roles


def _grants() -> type[Grants]:
    from scaleph_lab.catalog.services.grants import Grants

    return Grants


def _rights() -> type[RightsAnswers]:
    from scaleph_lab.catalog.services.rights import RightsAnswers

    return RightsAnswers


class UserListHandler(CatalogHandler):
    """``/scaleph/users``"""

    auth_resource = "scaleph:users"

    @authenticated
    @authorized
    async def get(self) -> None:
        """Lists users, a page at a time."""
        from scaleph_lab.catalog.documents.base import Listing

        listing = self.query(Listing)
        self.reply_page(await self.ask(_users, lambda users: users.list(listing)))

    @authenticated
    @authorized
    async def post(self) -> None:
        """Makes a user before they come."""
        from scaleph_lab.catalog.documents.access import NewUser

        new = self.document(NewUser)
        self.reply_document(await self.ask(_users, lambda users: users.create(new)), HTTPStatus.CREATED)


class UserHandler(CatalogHandler):
    """``/scaleph/users/{key}``"""

    auth_resource = "scaleph:users"

    @authenticated
    @authorized
    async def get(self, key: str) -> None:
        """Answers one user."""
        self.reply_document(await self.ask(_users, lambda users: users.get(key)))

    @authenticated
    @authorized
    async def patch(self, key: str) -> None:
        """Changes the given fields of a user."""
        from scaleph_lab.catalog.documents.access import UserChanges

        changes, version = self.document(UserChanges), self.version()
        self.reply_document(await self.ask(_users, lambda users: users.update(key, changes, version)))

    @authenticated
    @authorized
    async def delete(self, key: str) -> None:
        """Deletes a user with all grants."""
        version = self.version()
        await self.ask(_users, lambda users: users.delete(key, version))
        self.reply_nothing()


class RoleListHandler(CatalogHandler):
    """``/scaleph/roles``"""

    auth_resource = "scaleph:roles"

    @authenticated
    @authorized
    async def get(self) -> None:
        """Lists all roles."""
        self.reply_page(await self.ask(_roles, lambda roles: roles.list()))

    @authenticated
    @authorized
    async def post(self) -> None:
        """Makes a role."""
        from scaleph_lab.catalog.documents.access import NewRole

        new = self.document(NewRole)
        self.reply_document(await self.ask(_roles, lambda roles: roles.create(new)), HTTPStatus.CREATED)


class RoleHandler(CatalogHandler):
    """``/scaleph/roles/{key}``"""

    auth_resource = "scaleph:roles"

    @authenticated
    @authorized
    async def get(self, key: str) -> None:
        """Answers one role."""
        self.reply_document(await self.ask(_roles, lambda roles: roles.get(key)))

    @authenticated
    @authorized
    async def patch(self, key: str) -> None:
        """Changes the given fields of a role."""
        from scaleph_lab.catalog.documents.access import RoleChanges

        changes, version = self.document(RoleChanges), self.version()
        self.reply_document(await self.ask(_roles, lambda roles: roles.update(key, changes, version)))

    @authenticated
    @authorized
    async def delete(self, key: str) -> None:
        """Deletes a role that nobody has."""
        version = self.version()
        await self.ask(_roles, lambda roles: roles.delete(key, version))
        self.reply_nothing()


class GrantListHandler(CatalogHandler):
    """``/scaleph/grants``"""

    auth_resource = "scaleph:grants"

    @authenticated
    @authorized
    async def get(self) -> None:
        """Lists grants: of a user, of a project, or all."""
        from scaleph_lab.catalog.documents.access import GrantListing

        listing = self.query(GrantListing)
        self.reply_page(await self.ask(_grants, lambda grants: grants.list(listing)))

    @authenticated
    @authorized
    async def post(self) -> None:
        """Grants a role or a right."""
        from scaleph_lab.catalog.documents.access import NewGrant

        new = self.document(NewGrant)
        self.reply_document(await self.ask(_grants, lambda grants: grants.create(new)), HTTPStatus.CREATED)


class GrantHandler(CatalogHandler):
    """``/scaleph/grants/{id}``"""

    auth_resource = "scaleph:grants"

    @authenticated
    @authorized
    async def get(self, key: str) -> None:
        """Answers one grant."""
        self.reply_document(await self.ask(_grants, lambda grants: grants.get(key)))

    @authenticated
    @authorized
    async def delete(self, key: str) -> None:
        """Revokes a grant."""
        await self.ask(_grants, lambda grants: grants.delete(key))
        self.reply_nothing()


class RightHandler(CatalogHandler):
    """``/scaleph/rights``"""

    auth_resource = "scaleph:grants"

    @authenticated
    @authorized
    async def get(self) -> None:
        """Answers whether a user may do something somewhere."""
        from scaleph_lab.catalog.documents.rights import RightQuestion

        question = self.query(RightQuestion)
        self.reply_page(await self.ask(_rights, lambda rights: rights.check(question)))


class MeHandler(CatalogHandler):
    """``/scaleph/me``"""

    auth_resource = "scaleph:me"

    @authenticated
    @authorized
    async def get(self) -> None:
        """Answers who asks, and what they may do."""
        self.reply_page(await self.ask(_rights, lambda rights: rights.me()))
