"""The process that reads an engine's table factories: ``python -m scaleph_lab.engines.factory_reader``.

It takes ``{"libjvm", "classpath"}`` on its standard input and prints the factories as JSON. A JVM can be started only
once in a process, and it must not be the kernel's. Source: Flink's ``Factory``, ``ConfigOption`` and ``HtmlFormatter``.
"""

from __future__ import annotations

import html
import json
import re
import sys
from collections.abc import Iterator
from typing import Any

_KINDS = {
    "source": ("org.apache.flink.table.factories.DynamicTableSourceFactory",),
    "sink": ("org.apache.flink.table.factories.DynamicTableSinkFactory",),
    "format": (
        "org.apache.flink.table.factories.DecodingFormatFactory",
        "org.apache.flink.table.factories.EncodingFormatFactory",
    ),
    "catalog": ("org.apache.flink.table.factories.CatalogFactory",),
}
_DESCRIPTION_CHARACTERS = 1000


def _main() -> None:
    import jpype

    request = json.load(sys.stdin)
    jpype.startJVM(
        request["libjvm"], "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", classpath=request["classpath"]
    )
    print(json.dumps([*_factories()]), flush=True)


def _factories() -> Iterator[dict[str, Any]]:
    import jpype

    kinds = {kind: [jpype.JClass(name).class_ for name in names] for kind, names in _KINDS.items()}
    service = jpype.JClass("org.apache.flink.table.factories.Factory")
    for provider in _providers(jpype.JClass("java.util.ServiceLoader").load(service)):
        try:
            # The type is known without an instance: planners and executors would unpack themselves.
            found = provider.type()
            own = [kind for kind, faces in kinds.items() if any(face.isAssignableFrom(found) for face in faces)]
            if own:
                yield _factory(provider.get(), own)
        except jpype.JException as error:
            # A factory whose optional library is absent; the others are still of use.
            print(error, file=sys.stderr)


def _providers(loader: Any) -> Iterator[Any]:
    import jpype

    iterator = loader.stream().iterator()
    while True:
        try:
            if not iterator.hasNext():
                return
            yield iterator.next()
        except jpype.JException as error:
            print(error, file=sys.stderr)


def _factory(factory: Any, kinds: list[str]) -> dict[str, Any]:
    required = {str(option.key()): _option(option, required=True) for option in factory.requiredOptions()}
    optional = {str(option.key()): _option(option, required=False) for option in factory.optionalOptions()}
    options = sorted({**optional, **required}.values(), key=lambda option: str(option["key"]))
    return {"identifier": str(factory.factoryIdentifier()), "kinds": kinds, "options": options}


def _option(option: Any, *, required: bool) -> dict[str, Any]:
    kind = _class_of(option)
    values: list[str] = []
    if kind.isEnum():
        values = [str(value.toString()) for value in kind.getEnumConstants()]
    elif str(kind.getSimpleName()) == "Boolean":
        values = ["true", "false"]
    name = "Enum" if kind.isEnum() else str(kind.getSimpleName())
    return {
        "key": str(option.key()),
        "type": f"List<{name}>" if _is_list(option) else name,
        "default": _text(option.defaultValue()) if option.hasDefaultValue() else "",
        "description": _plain(option.description()),
        "required": required,
        "values": values,
    }


def _class_of(option: Any) -> Any:
    # No public method tells it.
    field = option.getClass().getDeclaredField("clazz")
    field.setAccessible(True)
    return field.get(option)


def _is_list(option: Any) -> bool:
    field = option.getClass().getDeclaredField("isList")
    field.setAccessible(True)
    return bool(field.getBoolean(option))


def _text(value: Any) -> str:
    import jpype

    if isinstance(value, jpype.JClass("java.time.Duration")):
        return str(jpype.JClass("org.apache.flink.util.TimeUtils").formatWithHighestUnit(value))
    if isinstance(value, jpype.JClass("java.util.Collection")):
        return ";".join(_text(item) for item in value)
    return "" if value is None else str(jpype.JClass("java.lang.String").valueOf(value))


def _plain(description: Any) -> str:
    import jpype

    text = str(jpype.JClass("org.apache.flink.configuration.description.HtmlFormatter")().format(description))
    without = re.sub(r"<[^>]+>", " ", re.sub(r"</(?:p|li)>|<br\s*/?>", "\n", text))
    lines = (" ".join(line.split()) for line in html.unescape(without).splitlines())
    plain = "\n".join(line for line in lines if line)
    return plain if len(plain) <= _DESCRIPTION_CHARACTERS else f"{plain[: _DESCRIPTION_CHARACTERS - 1]}…"


if __name__ == "__main__":
    _main()
