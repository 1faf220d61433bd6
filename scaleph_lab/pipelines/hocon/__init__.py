"""HOCON as SeaTunnel reads it: tokens, syntax with comments and places, a printer, and the values that it means.

SeaTunnel bears a changed copy of Typesafe's parser. A path is separated by ``->``, so ``job.mode`` is one key, and the
blocks in ``source``, ``transform`` and ``sink`` become a list that keeps repeated names. Other readers of HOCON merge
such blocks and split such keys.
"""

from __future__ import annotations

from scaleph_lab.pipelines.hocon.parser import parse
from scaleph_lab.pipelines.hocon.printer import format_text, print_syntax
from scaleph_lab.pipelines.hocon.source import ConfigSyntaxError, Place

__all__ = ["ConfigSyntaxError", "Place", "format_text", "parse", "print_syntax"]
