"""Who the actor is, and what anybody may do: answers that say by which grant, or what would give it."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from scaleph_lab.access.policy import BUILT_IN_ROLES, OWNER, RESOURCES, Right, Verb, covers
from scaleph_lab.catalog.documents.rights import Me, PlaceRights, RightAnswer, RightQuestion
from scaleph_lab.catalog.models.access import GrantRow, RoleRow, UserRow
from scaleph_lab.catalog.models.project import ProjectRow
from scaleph_lab.catalog.recorded_policy import given_rights, owner_names
from scaleph_lab.catalog.services.access import AccessService, grant_document
from scaleph_lab.errors import ValidationError
from scaleph_lab.settings import get_settings

__all__ = ["RightsAnswers"]


class RightsAnswers(AccessService):
    """What everybody may ask of themselves; of others, who may read grants there."""

    resource = "grant"

    def me(self) -> Me:
        """Who asks, and what they may do; nobody is refused."""
        name = self._actor.name
        with self._database.read() as session:
            user = session.scalars(select(UserRow).where(UserRow.name == name)).one_or_none()
            rights = self._policy.rights(name)
            return Me(
                name=name,
                display_name=user.display_name if user else self._actor.display_name,
                disabled=bool(user and user.disabled and not rights),
                is_owner=BUILT_IN_ROLES[OWNER] <= rights.get(None, frozenset()),
                alone=(session.scalar(select(func.count()).select_from(UserRow)) or 0) <= 1,
                owners=owner_names(session, None),
                places=self._by_place(session, name),
            )

    def check(self, question: RightQuestion) -> RightAnswer:
        """Whether a user may do something somewhere, and why.

        Raises `NotFoundError` for a project that there is not, `ForbiddenError`, `ValidationError`.
        """
        if question.resource not in {"*", *RESOURCES}:
            raise ValidationError(
                f"There are no rights on {question.resource!r}.",
                hint=f"There are on {', '.join(RESOURCES)}.",
                path="resource",
            )
        name, right = question.user or self._actor.name, Right(question.verb, question.resource)
        with self._database.read() as session:
            project = self._project(session, question.project, Verb.READ).id if question.project else None
            if project is None and name != self._actor.name:
                self._ask(Verb.READ, None)
            place = or_(GrantRow.project_id == project, GrantRow.project_id.is_(None))
            of_user = select(GrantRow).join(UserRow, UserRow.id == GrantRow.user_id).where(UserRow.name == name, place)
            grants = session.scalars(of_user).all()
            by = [row for row in grants if covers(self._rights_of(session, row.role, row.right), right)]
            held = self._policy.projects(name, right)
            return RightAnswer(
                user=name,
                right=str(right),
                project=project,
                allowed=held is None or project in held,
                by=[grant_document(row) for row in by],
                by_setting=name in get_settings().catalog_owners,
                disabled=bool(session.scalar(select(UserRow.disabled).where(UserRow.name == name))),
                roles=self._with_right(session, right),
                owners=owner_names(session, project),
            )

    def _by_place(self, session: Session, name: str) -> list[PlaceRights]:
        found = self._policy.rights(name)
        granted = session.execute(
            select(GrantRow.project_id, GrantRow.role)
            .join(UserRow, UserRow.id == GrantRow.user_id)
            .where(UserRow.name == name, GrantRow.role != "")
            .order_by(GrantRow.role)
        ).all()
        there = select(ProjectRow.id, ProjectRow.code).where(ProjectRow.id.in_([*filter(None, found)]))
        codes = {row.id: row.code for row in session.execute(there)}
        places = [
            PlaceRights(
                project=place,
                project_code=codes.get(place) if place else None,
                roles=[role for project, role in granted if project == place],
                rights=sorted(map(str, rights)),
            )
            for place, rights in found.items()
        ]
        return sorted(places, key=lambda each: (each.project is not None, each.project_code or ""))

    def _with_right(self, session: Session, right: Right) -> list[str]:
        own = session.execute(select(RoleRow.name, RoleRow.rights).order_by(RoleRow.name))
        known = [*((name, BUILT_IN_ROLES[name]) for name in BUILT_IN_ROLES)]
        known += [(name, given_rights(name, "", rights)) for name, rights in own]
        return [name for name, rights in known if covers(rights, right)]
