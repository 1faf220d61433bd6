"""A SeaTunnel configuration as a Kubernetes Secret holds it: in JSON, its secrets put in at the last moment."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from scaleph_lab.access.secrets import SECRET_NAME
from scaleph_lab.errors import ValidationError
from scaleph_lab.sql.secrets import is_secret

__all__ = ["with_secrets"]

_REFERENCE = re.compile(rf"\{{\{{\s*secret:({SECRET_NAME})\s*\}}\}}")


def with_secrets(configuration: str, find: Callable[[str], str]) -> str:
    """The configuration with its secrets.

    Raises `ValidationError` for what is no JSON object and for a secret that is written out, `SecretNotFoundError`.
    """
    try:
        tree = json.loads(configuration)
    except ValueError:
        tree = None
    if not isinstance(tree, dict):
        raise ValidationError(
            "The configuration is no JSON object.",
            hint="jupyter scaleph pipeline compile writes one from a pipeline.",
            path="configuration",
        )
    return json.dumps(_filled(tree, "", find), indent=2, ensure_ascii=False) + "\n"


def _filled(value: Any, path: str, find: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(each, f"{path}.{key}" if path else key, find) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, f"{path}.{number}", find) for number, each in enumerate(value)]
    if not isinstance(value, str):
        return value
    if is_secret(path.rpartition(".")[2]) and value and not _REFERENCE.fullmatch(value):
        raise ValidationError(
            f"{path} has a secret in clear.",
            hint="Keep it by jupyter scaleph secret set NAME, and write {{secret:NAME}} in its place.",
            path=path,
        )
    return _REFERENCE.sub(lambda found: find(found[1]), value)
