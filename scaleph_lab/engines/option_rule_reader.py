"""The process that reads SeaTunnel's option rules: ``python -m scaleph_lab.engines.option_rule_reader``.

It takes ``{"libjvm", "api", "jars"}`` on its standard input and prints one JSON list of plug-ins. A JVM can be started
only once in a process, and it must not be the kernel's. Source: SeaTunnel's ``Factory``, ``OptionRule``, ``Option``,
``RequiredOption``, ``Expression`` and ``Condition`` (seatunnel-api).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

_API = "org.apache.seatunnel.api"
_KINDS = {
    "source": f"{_API}.table.factory.TableSourceFactory",
    "transform": f"{_API}.table.factory.TableTransformFactory",
    "sink": f"{_API}.table.factory.TableSinkFactory",
}
_OLDER = {"source": f"{_API}.source.SeaTunnelSource", "sink": f"{_API}.sink.SeaTunnelSink"}
_FEATURES = {
    "parallelism": f"{_API}.source.SupportParallelism",
    "column-projection": f"{_API}.source.SupportColumnProjection",
    "coordinate": f"{_API}.source.SupportCoordinate",
}
_SIMPLE = {
    "java.lang.String": "string",
    "java.lang.Character": "string",
    "java.lang.Integer": "integer",
    "java.lang.Long": "integer",
    "java.lang.Short": "integer",
    "java.lang.Float": "number",
    "java.lang.Double": "number",
    "java.math.BigDecimal": "number",
    "java.lang.Boolean": "boolean",
    "java.time.Duration": "duration",
}
_NUMBERS: dict[str, Callable[[Any], Any]] = {
    "java.lang.Boolean": bool,
    "java.lang.Byte": int,
    "java.lang.Short": int,
    "java.lang.Integer": int,
    "java.lang.Long": int,
    "java.lang.Double": float,
    # Its text is shorter than the nearest double: 0.05 and not 0.05000000074505806.
    "java.lang.Float": lambda number: float(str(number)),
}
_INTERNAL = frozenset({"multitablesink"})
"""Factories that SeaTunnel uses for itself: nobody names them in a configuration."""


def _main() -> None:
    import jpype

    request = json.load(sys.stdin)
    jpype.startJVM(
        request["libjvm"],
        "-Xmx256m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        classpath=request["api"],
        convertStrings=True,
    )
    found: list[dict[str, Any]] = []
    for jar in request["jars"]:
        found += _plugins_of(Path(jar))
    print(json.dumps(found), flush=True)


def _plugins_of(jar: Path) -> list[dict[str, Any]]:
    import jpype

    parent = jpype.JClass("java.lang.ClassLoader").getSystemClassLoader()
    url = jpype.JClass("java.io.File")(str(jar)).toURI().toURL()
    # One class loader a jar: two connectors may bundle two versions of the same library.
    loader = jpype.JClass("java.net.URLClassLoader")([url], parent)
    factories = [one for one in _services(f"{_API}.table.factory.Factory", loader) if _is_of(one, jar)]
    plugins = []
    for kind, face in _KINDS.items():
        own = [one for one in factories if isinstance(one, jpype.JClass(face))]
        plugins += _named(kind, own, _older_names(kind, loader, jar), jar)
    return plugins


def _named(kind: str, factories: list[Any], older: list[str], jar: Path) -> list[dict[str, Any]]:
    """The plug-ins by the names that a configuration uses.

    Where the factory and the plug-in's older interface disagree, the latter has the documented name: the factory of
    the CosFile source calls itself OssFile.
    """
    names = {str(one.factoryIdentifier()): one for one in factories}
    lost = [name for name in older if name.lower() not in {known.lower() for known in names}]
    found = []
    for name, factory in sorted(names.items()):
        shown = name
        if older and name.lower() not in {known.lower() for known in older} and len(lost) == 1:
            shown = lost.pop()
        if shown.lower() not in _INTERNAL:
            found.append({"kind": kind, "name": shown, "jar": jar.name, **_rules(kind, factory)})
    return found


def _older_names(kind: str, loader: Any, jar: Path) -> list[str]:
    if kind not in _OLDER:
        return []
    return [str(one.getPluginName()) for one in _services(_OLDER[kind], loader) if _is_of(one, jar)]


def _rules(kind: str, factory: Any) -> dict[str, Any]:
    rule = _full_rule(kind, factory)
    options: dict[str, dict[str, Any]] = {}
    answer: dict[str, Any] = {
        "features": _features(kind, factory),
        "required": [],
        "exclusive": [],
        "bundled": [],
        "conditional": [],
    }
    answer["optional"] = _keys(rule.getOptionalOptions(), options)
    for group in rule.getRequiredOptions():
        keys = _keys(group.getOptions(), options)
        match str(group.getClass().getSimpleName()):
            case "AbsolutelyRequiredOptions":
                answer["required"] += keys
            case "ExclusiveRequiredOptions":
                answer["exclusive"].append(keys)
            case "BundledRequiredOptions":
                answer["bundled"].append(keys)
            case "ConditionalRequiredOptions":
                when = _expression(group.getExpression(), options)
                answer["conditional"].append({"when": when, "required": keys})
    return {**answer, "options": list(options.values())}


def _full_rule(kind: str, factory: Any) -> Any:
    """The factory's own rule, with what the engine adds to it: ``parallelism`` of a source that can be split."""
    import jpype

    util = jpype.JClass(f"{_API}.table.factory.FactoryUtil")
    name = {"source": "sourceFullOptionRule", "sink": "sinkFullOptionRule"}.get(kind)
    if name is not None and hasattr(util, name):
        try:
            return getattr(util, name)(factory)
        except jpype.JException as error:
            print(f"{factory.factoryIdentifier()}: {error}", file=sys.stderr)
    return factory.optionRule()


def _features(kind: str, factory: Any) -> list[str]:
    import jpype

    if kind != "source":
        return []
    try:
        source = factory.getSourceClass()
        return [name for name, face in _FEATURES.items() if jpype.JClass(face).class_.isAssignableFrom(source)]
    except jpype.JException as error:
        # The class needs a library that the jar does not bundle; the options are known without it.
        print(f"{factory.factoryIdentifier()}: {error}", file=sys.stderr)
        return []


def _keys(group: Iterable[Any], options: dict[str, dict[str, Any]]) -> list[str]:
    keys = []
    for option in group:
        key = str(option.key())
        options.setdefault(key, _option(option))
        keys.append(key)
    return list(dict.fromkeys(keys))


def _option(option: Any) -> dict[str, Any]:
    described: dict[str, Any] = {"key": str(option.key()), **_type(option.typeReference().getType())}
    if hasattr(option, "getOptionValues"):
        described["values"] = [_plain(value) for value in option.getOptionValues()]
    described["default"] = _plain(option.defaultValue())
    described["description"] = " ".join(str(option.getDescription() or "").split())
    if fallback := [str(key) for key in option.getFallbackKeys()]:
        described["fallback_keys"] = fallback
    return described


def _type(of: Any) -> dict[str, Any]:
    """The type as JSON has it, with ``items`` for lists and maps and ``values`` for enumerations."""
    import jpype

    raw = of.getRawType() if isinstance(of, jpype.JClass("java.lang.reflect.ParameterizedType")) else of
    arguments = list(of.getActualTypeArguments()) if raw is not of else []
    name = str(raw.getTypeName())
    if name in _SIMPLE:
        return {"type": _SIMPLE[name]}
    if name in {"java.util.List", "java.util.Set"}:
        return {"type": "list", "items": _type(arguments[0]) if arguments else {"type": "object"}}
    if name == "java.util.Map":
        return {"type": "map", "items": _type(arguments[1]) if arguments else {"type": "object"}}
    if isinstance(raw, jpype.JClass("java.lang.Class")) and raw.isEnum():
        # SeaTunnel compares the text of a configuration with toString(), in any case of letters.
        return {"type": "enum", "values": [str(value.toString()) for value in raw.getEnumConstants()]}
    return {"type": "object", "class": re.sub(r"^.*[.$]", "", name)}


def _expression(expression: Any, options: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The tree of conditions, as SeaTunnel's ConfigValidator goes through it: from the right."""
    condition = _condition(expression.getCondition(), options)
    if not expression.hasNext():
        return condition
    return _joined(bool(expression.and_()), condition, _expression(expression.getNext(), options))


def _condition(condition: Any, options: dict[str, dict[str, Any]]) -> dict[str, Any]:
    option = condition.getOption()
    key = str(option.key())
    options.setdefault(key, _option(option))
    one = {"key": key, "equals": _plain(condition.getExpectValue())}
    if not condition.hasNext():
        return one
    return _joined(bool(condition.and_()), one, _condition(condition.getNext(), options))


def _joined(both: bool, first: dict[str, Any], rest: dict[str, Any]) -> dict[str, Any]:
    """``a or (b or c)`` is written as one list of three."""
    word = "and" if both else "or"
    return {word: [first, *rest[word]]} if word in rest else {word: [first, rest]}


def _plain(value: Any) -> Any:
    import jpype

    if value is None:
        return None
    # JPype's boxes are subclasses of int and float, a Boolean too: the Java class tells them apart.
    if (convert := _NUMBERS.get(type(value).__name__)) is not None:
        return convert(value)
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, jpype.JClass("java.util.Map")):
        return {str(key): _plain(value.get(key)) for key in value.keySet()}
    if isinstance(value, jpype.JClass("java.util.Collection")):
        return [_plain(item) for item in value]
    return str(value.toString())


def _services(face: str, loader: Any) -> list[Any]:
    import jpype

    iterator = jpype.JClass("java.util.ServiceLoader").load(jpype.JClass(face), loader).iterator()
    found: list[Any] = []
    while True:
        try:
            if not iterator.hasNext():
                return found
            found.append(iterator.next())
        except jpype.JException as error:
            # A plug-in whose optional library is absent; the others of the jar are still of use.
            print(error, file=sys.stderr)


def _is_of(service: Any, jar: Path) -> bool:
    """Whether this jar holds it: the loader sees what is on the class path too."""
    source = service.getClass().getProtectionDomain().getCodeSource()
    return source is not None and Path(str(source.getLocation().getPath())).name == jar.name


if __name__ == "__main__":
    _main()
