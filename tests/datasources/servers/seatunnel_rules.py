"""Prints the option rules of SeaTunnel's connectors; ``{"libjvm", "classpath"}`` is its standard input.

Source: SeaTunnel's ``Factory`` and ``OptionRule``. A JVM can be started only once in a process.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import jpype


def rules() -> list[dict[str, Any]]:
    """By connector and kind the option names, and those that are required alone and always."""
    factory = jpype.JClass("org.apache.seatunnel.api.table.factory.Factory")
    kinds = {
        kind: jpype.JClass(f"org.apache.seatunnel.api.table.factory.Table{kind.title()}Factory").class_
        for kind in ("source", "sink")
    }
    always = jpype.JClass("org.apache.seatunnel.api.configuration.util.RequiredOption$AbsolutelyRequiredOptions")
    found = []
    for provider in jpype.JClass("java.util.ServiceLoader").load(factory).stream().iterator():
        own = [kind for kind, face in kinds.items() if face.isAssignableFrom(provider.type())]
        if not own:
            continue
        try:
            each = provider.get()
            rule = each.optionRule()
            required = [
                (group, [str(option.key()) for option in group.getOptions()]) for group in rule.getRequiredOptions()
            ]
            names = {str(option.key()) for option in rule.getOptionalOptions()}
        except jpype.JException as error:
            # A factory whose optional library is absent; the others are still of use.
            print(f"{provider.type().getName()}: {error}", file=sys.stderr)
            continue
        needed = [name for group, keys in required if isinstance(group, always) for name in keys]
        names |= {name for _, keys in required for name in keys}
        found.append(
            {"connector": str(each.factoryIdentifier()), "kind": own[0], "options": sorted(names), "required": needed}
        )
    return found


request = json.load(sys.stdin)
jpype.startJVM(request["libjvm"], "-Xmx256m", "-XX:+UseSerialGC", classpath=request["classpath"])
print("\n" + json.dumps(rules()), flush=True)
