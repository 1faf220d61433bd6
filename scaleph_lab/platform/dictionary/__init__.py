"""Every enumeration of the platform, labelled in English and Chinese. Its values come from the code that has them."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any, get_args

import yaml

from scaleph_lab.catalog.documents.dictionary import Dictionary, DictionaryItem, DictionaryList, Language
from scaleph_lab.errors import NotFoundError

__all__ = ["Dictionaries", "language_of"]


class Dictionaries:
    """The enumerations. Whoever is let in may read them, since they tell nothing of anybody's."""

    resource = "dictionary"

    def list(self, language: Language = "en") -> DictionaryList:
        """All of them."""
        return DictionaryList(items=[self.get(code, language) for code in _VALUES])

    def get(self, code: str, language: Language = "en") -> Dictionary:
        """One. Raises `NotFoundError`."""
        if code not in _VALUES:
            raise NotFoundError(f"There is no dictionary {code!r}.", hint=f"There are {', '.join(_VALUES)}.", path=code)
        said = _labels()[code]
        own = _OWN_LABELS[code]() if code in _OWN_LABELS else said.get("items", {})
        items = [DictionaryItem(value=value, label=own[value][language] if own else value) for value in _VALUES[code]()]
        return Dictionary(code=code, label=said["label"][language], items=items)


def language_of(accepted: str) -> Language:
    """The language of ours that an ``Accept-Language`` wants the most; English without one."""
    weighed: list[tuple[float, Language]] = []
    for part in accepted.split(","):
        name, _, weight = part.partition(";q=")
        short = name.strip().lower()[:2]
        try:
            much = float(weight) if weight else 1.0
        except ValueError:
            continue
        if short in get_args(Language) and much > 0:
            weighed.append((much, "zh" if short == "zh" else "en"))
    # The first of those that are wanted alike.
    return max(weighed, key=lambda each: each[0])[1] if weighed else "en"


def _from(module: str, name: str) -> Callable[[], list[str]]:
    """The values of an enumeration, of a ``Literal``, or the keys of a mapping."""

    def values() -> list[str]:
        found = getattr(import_module(f"scaleph_lab.{module}"), name)
        return [str(each) for each in get_args(found) or found]

    return values


def _resources() -> list[str]:
    from scaleph_lab.catalog import services
    from scaleph_lab.catalog.services.base import Service

    for module in pkgutil.iter_modules(services.__path__):
        import_module(f"{services.__name__}.{module.name}")

    def below(kind: type[Any]) -> Iterable[type[Any]]:
        for child in kind.__subclasses__():
            yield child
            yield from below(child)

    served = {kind.resource for kind in below(Service) if hasattr(kind, "resource")}
    return sorted({*served, Dictionaries.resource})


def _datasource_types() -> Mapping[str, Mapping[str, str]]:
    from scaleph_lab.datasources.types import datasource_types

    return {name: kind.label for name, kind in datasource_types().types.items()}


def _datasource_groups() -> list[str]:
    from scaleph_lab.datasources.types import datasource_types

    return sorted({kind.group for kind in datasource_types().types.values()})


_OWN_LABELS: Mapping[str, Callable[[], Mapping[str, Mapping[str, str]]]] = {"datasource_type": _datasource_types}
"""Of those whose values bring their labels."""
_VALUES: Mapping[str, Callable[[], list[str]]] = {
    "action_result": _from("catalog.documents.action", "Result"),
    "artifact_type": _from("catalog.documents.facts", "ArtifactType"),
    "cdc_version": _from("catalog.documents.facts", "CdcVersion"),
    "completion_kind": _from("sql.completion.model", "Kind"),
    "datasource_group": _datasource_groups,
    "datasource_type": lambda: list(_datasource_types()),
    "element_type": _from("standard.types", "TypeName"),
    "engine_kind": _from("engines.model", "EngineKind"),
    "engine_state": _from("engines.model", "EngineState"),
    "export_format": _from("catalog.documents.standard_files", "Format"),
    "flink_version": _from("catalog.documents.facts", "FlinkVersion"),
    "import_outcome": _from("catalog.documents.standard_files", "Outcome"),
    "job_end": lambda: sorted(_from("engines.jobmanager", "TERMINAL_STATES")()),
    "pipeline_node": _from("pipelines.document", "NodeKind"),
    "pipeline_runner": _from("pipelines.running", "RunnerName"),
    "resource": _resources,
    "result_kind": _from("sql.results", "ResultKind"),
    "role": _from("access.policy", "BUILT_IN_ROLES"),
    "row_kind": _from("sql.changelog", "RowKind"),
    "seatunnel_version": _from("catalog.documents.facts", "SeaTunnelVersion"),
    "standard_kind": _from("catalog.documents.standard_files", "Kind"),
    "standard_match": _from("standard.lint", "Match"),
    "standard_rule": _from("standard.lint", "Rule"),
    "verb": _from("access.policy", "Verb"),
}


@cache
def _labels() -> dict[str, Any]:
    text = (files("scaleph_lab.platform.dictionary") / "labels.yaml").read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found
