"""Options within ``WITH ( … )``: the keys that a connector and its formats take, and their values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scaleph_lab.sql.completion.model import Kind, Match
from scaleph_lab.sql.completion.scope import named_columns
from scaleph_lab.sql.completion.tokens import Around, Group, Token, enclosing

if TYPE_CHECKING:
    from scaleph_lab.engines.table_factories import FactoryOption, TableFactories, TableFactory

__all__ = ["OptionList", "known_options", "option_list", "option_matches"]

_FORMATS = ("format", "key.format", "value.format")


@dataclass(frozen=True)
class OptionList:
    """The options in the parentheses around the cursor."""

    kind: str
    """Of what they are: ``connector`` or ``catalog``."""
    given: dict[str, str]
    """Those that are written already."""
    key: str | None
    """The key whose value is being written; ``None`` while a key is."""
    columns: tuple[str, ...] = ()
    """Of the table, for keys such as ``fields.#.kind``."""

    @property
    def identity(self) -> str:
        """The option that names the connector or the catalog."""
        return "type" if self.kind == "catalog" else "connector"


def option_list(where: Around) -> OptionList | None:
    """The list of options in which the cursor is, or ``None``."""
    tokens = where.tokens
    group = enclosing(tokens, where.cursor)[0]
    if group.first < 2 or tokens[group.first - 2].word != "WITH":
        return None
    words = [token.word for token in tokens[: group.first]]
    if words[0] not in {"CREATE", "ALTER"}:
        return None
    given: dict[str, str] = {}
    for at in range(group.first, group.last - 2):
        key, sign, value = tokens[at : at + 3]
        if sign.text == "=" and _is_literal(key) and _is_literal(value):
            given[key.literal] = value.literal
    kind = "catalog" if "CATALOG" in words[:2] else "connector"
    return OptionList(kind, given, _key_before(tokens, group, where.cursor), _own_columns(tokens, group))


def option_matches(options: OptionList, factories: TableFactories) -> Iterator[Match]:
    """The keys, or the values of the key, that may stand at the cursor; without quotes."""
    if options.key is None:
        known = known_options(options, factories)
        for option in sorted(known.values(), key=lambda each: (not each.required, each.key)):
            if option.key not in options.given:
                need = "required" if option.required else f"default {option.default}" if option.default else ""
                yield Match(option.key, Kind.OPTION, ", ".join(filter(None, (option.type, need))))
    elif options.key == options.identity:
        kinds = ("catalog",) if options.kind == "catalog" else ("source", "sink")
        for factory in factories.of(*kinds):
            yield Match(factory.identifier, Kind.VALUE, "/".join(factory.kinds))
    elif options.key in _FORMATS:
        for factory in factories.of("format"):
            yield Match(factory.identifier, Kind.VALUE, "format")
    elif taken := known_options(options, factories).get(options.key):
        for value in taken.values or ([taken.default] if taken.default else []):
            yield Match(value, Kind.VALUE, "default" if value == taken.default else taken.type)


def known_options(options: OptionList, factories: TableFactories) -> dict[str, FactoryOption]:
    """All options that the named connector and formats take, by their key."""
    found: dict[str, FactoryOption] = {}
    named = options.given.get(options.identity)
    if named is None:
        found[options.identity] = factories.identity(options.identity)
    for factory in factories.named(named or "", catalog=options.kind == "catalog"):
        for option in factory.options:
            # ``#`` stands for the name of a column.
            keys = [option.key.replace("#", name) for name in options.columns] if "#" in option.key else [option.key]
            found.update({key: option.renamed(key) for key in keys})
    if named is not None:
        found.setdefault(options.identity, factories.identity(options.identity))
    for key in _FORMATS:
        for factory in factories.formats_named(options.given.get(key, "")):
            found.update(_of_format(factory, key.removesuffix("format")))
    return found


def _of_format(factory: TableFactory, prefix: str) -> dict[str, FactoryOption]:
    """A format's options are written with its identifier: ``csv.field-delimiter``, ``value.csv.field-delimiter``."""
    renamed = (option.renamed(f"{prefix}{factory.identifier}.{option.key}") for option in factory.options)
    return {option.key: option for option in renamed}


def _key_before(tokens: Sequence[Token], group: Group, cursor: int) -> str | None:
    if cursor - 2 >= group.first and tokens[cursor - 1].text == "=" and _is_literal(tokens[cursor - 2]):
        return tokens[cursor - 2].literal
    return None


def _own_columns(tokens: Sequence[Token], options: Group) -> tuple[str, ...]:
    """The columns of the statement, where it lists them before its options."""
    opening = next((at for at in range(options.first - 1) if tokens[at].text == "("), None)
    return named_columns(tokens, enclosing(tokens, opening + 1)[0]) if opening is not None else ()


def _is_literal(token: Token) -> bool:
    return token.kind == "quoted" and token.text.startswith("'")
