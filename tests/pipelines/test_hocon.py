"""HOCON as SeaTunnel reads it: the same trees as its own parser, places in errors, comments kept."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from scaleph_lab.pipelines.hocon import ConfigSyntaxError, format_text
from scaleph_lab.pipelines.hocon.source import Source
from scaleph_lab.pipelines.hocon.tokens import tokenize


@pytest.mark.engine
def test_seatunnel_sees_equal_trees_before_and_after_formatting(
    corpus: list[Path], seatunnel_parser, tmp_path: Path, told: list[str]
) -> None:
    formatted = [tmp_path / file.name for file in corpus]
    for file, target in zip(corpus, formatted, strict=True):
        target.write_text(format_text(file.read_text(encoding="utf-8")), encoding="utf-8")
    before, after = seatunnel_parser(corpus), seatunnel_parser(formatted)
    different = [file.name for file, one, other in zip(corpus, before, after, strict=True) if one != other]
    assert different == []
    assert not [answer for answer in before if "error" in answer]
    told.append(f"{len(corpus)} of {len(corpus)} real configurations: SeaTunnel sees equal trees before and after fmt")


def comments_of(text: str) -> list[str]:
    return [token.text.rstrip() for token in tokenize(Source(text)) if token.kind == "comment"]


def test_formatting_twice_changes_nothing_and_keeps_every_comment(corpus: list[Path]) -> None:
    for file in corpus:
        text = file.read_text(encoding="utf-8")
        once = format_text(text)
        assert format_text(once) == once, file.name
        assert comments_of(once) == comments_of(text), file.name


STYLE = '''\
// what it is for
env{job.mode=BATCH,   "a b" : 1}


source { # of the shop
  Jdbc { url = "jdbc:x" // the old one

    query = """select "a"
  from t""",  }
  Jdbc
  {
    partition = [1,2 , 3]
    ids = [ 1 # one
      2
      # the end
    ]
    name = ${host}":"${?port} x
    rules = { a { b = 1 } }
    none {
    }
  }
}
include "sinks.conf"
'''
STYLED = '''\
// what it is for
env {
  job.mode = BATCH
  "a b" = 1
}

source {
  # of the shop
  Jdbc {
    url = "jdbc:x" // the old one

    query = """select "a"
  from t"""
  }
  Jdbc {
    partition = [1, 2, 3]
    ids = [
      1, # one
      2
      # the end
    ]
    name = ${host}":"${?port} x
    rules { a { b = 1 } }
    none {}
  }
}
include "sinks.conf"
'''


def test_ends_of_lines_and_byte_order_marks_of_other_systems_are_taken() -> None:
    assert format_text("\ufeffenv {\r\n  a = b \r\n\r\n  # c\r\n}\r\n") == "env {\n  a = b\n\n  # c\n}\n"


def test_the_style() -> None:
    assert format_text(STYLE) == STYLED
    assert format_text(STYLED) == STYLED


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("env {\n  a = 1\n", 3, 1, "Expected '}', but found the end of the file"),
        ("env { a = [{ b += 1 }] }", 1, 16, "'+=' does not work within a list."),
        ("env { a = 1 }\n}", 2, 1, "Expected a key, but found '}'"),
        ("env {\n  a 1\n}", 2, 6, "Expected '=', ':' or '{' after the key 'a 1', but found the end of the line"),
        ("env {\n  a =\n}", 3, 1, "Expected a value, but found '}'"),
        ("env { a = [1 }", 1, 14, "Expected a comma, a new line or ']', but found '}'"),
        ("env { a = [1,, 2] }", 1, 14, "Expected a value or ']', but found ','"),
        ('env {\n  a = "x\n}', 2, 7, "This quoted text is not closed on its line."),
        ('env { a = """x\n}', 1, 11, 'This """ is never closed.'),
        ('env { a = "c:\\d" }', 1, 14, "'\\d' is no escape."),
        ('env { a = "x\ty" }', 1, 13, "A tab stands in a quoted text."),
        ("env { a = ${x\n}", 1, 11, "This reference is not closed, or its name has a reserved character."),
        ("env { a = ${x:1} }", 1, 11, "This reference is not closed, or its name has a reserved character."),
        ("env { a = ${ } }", 1, 11, "A reference needs a name."),
        ("env { a = $x }", 1, 11, "'$' is not followed by '{'."),
        ("env { a = b*c }", 1, 12, "'*' is not allowed outside quotes."),
        ("env { a = 1+2 }", 1, 12, "'+' is not allowed outside quotes."),
        ("env { a + 1 }", 1, 9, "'+' is not followed by '='."),
        ("env { a-> = 1 }", 1, 7, "A path has an empty part beside its '->'."),
        ("include sinks", 1, 14, "Expected the quoted name of a file after 'include', but found the end of the file"),
        ("[1]", 1, 1, "A configuration is an object, not a list."),
        ("{ a = 1 } b = 2", 1, 11, "Expected the end of the file after the closing '}', but found 'b'"),
        ("a = " + "[" * 100, 1, 65, "Objects and lists stand more than 60 deep in each other."),
    ],
)
def test_broken_text_is_told_with_its_place(text: str, line: int, column: int, said: str) -> None:
    with pytest.raises(ConfigSyntaxError) as caught:
        format_text(text, "x.conf")
    error = caught.value
    assert (error.line, error.column) == (line, column)
    assert error.message.rstrip(".") == said.rstrip(".")
    assert error.path == "x.conf"


def test_the_end_of_the_file_names_the_brace_that_is_open() -> None:
    with pytest.raises(ConfigSyntaxError) as caught:
        format_text("env {\n}\nsource {\n  Jdbc {\n")
    assert caught.value.hint == "The '{' at line 4 is never closed."


def test_ten_megabytes_are_refused_at_once_and_the_largest_text_is_read_in_time() -> None:
    begun = time.monotonic()
    with pytest.raises(ConfigSyntaxError, match=r"10\.0 million characters, more than the 4 million"):
        format_text("#" * 10_000_000)
    assert time.monotonic() - begun < 1
    block = "  Jdbc { url = 1 }\n"
    text = "source {\n" + block * 100_000 + "}\n"
    begun = time.monotonic()
    assert format_text(text).count("Jdbc") == 100_000
    assert time.monotonic() - begun < 20


PIECES = ["{", "}", "[", "]", "=", ":", ",", '"', '"""', "\n", " ", "${x}", "${?y}", "+=", "#", "//", "->", ".", "-"]
PIECES += ["1", "1e5", "true", "null", "$", "\\", "a", "include", "\t", "\u00a0", "é", "*", "(", ";", "'"]
SEEDS = [
    'env { a = b c d, e { f g = [1, 2, {h = i}] }, j = "k" }\n',
    "source { A { b = [1, {c = 2}] } }\n",
    'env { a = ${x}"y" z , b { c = 1 } }\nx = 3\n',
    'a = """x""" y\nb : [1 2\n3]\n',
]


@pytest.mark.engine
def test_seatunnel_takes_and_refuses_the_same_texts(seatunnel_parser, tmp_path: Path, told: list[str]) -> None:
    chance = random.Random(20)
    written, formatted = [], []
    for index in range(1000):
        text = chance.choice(SEEDS)
        for _ in range(chance.choice([1, 1, 2])):
            start = chance.randint(0, len(text))
            text = text[:start] + chance.choice(PIECES) + text[start + chance.choice([0, 0, 0, 1, 2]) :]
        try:
            styled = format_text(text)
            assert format_text(styled) == styled, text
            assert comments_of(styled) == comments_of(text), text
        except ConfigSyntaxError:
            # A text that SeaTunnel cannot read either.
            styled = "}"
        for texts, name, content in ((written, "a", text), (formatted, "b", styled)):
            texts.append(tmp_path / f"{name}{index}.conf")
            texts[-1].write_text(content, encoding="utf-8", newline="")
    answers = zip(written, seatunnel_parser(written), seatunnel_parser(formatted), strict=True)
    taken = 0
    for file, before, after in answers:
        if "tree" in before:
            taken += 1
            assert before == after, file.read_text(encoding="utf-8")
        else:
            assert "error" in after, file.read_text(encoding="utf-8")
    assert 200 < taken < 800
    told.append(f"1000 mutilated configurations: SeaTunnel takes {taken}, and so do we, with equal trees after fmt")
