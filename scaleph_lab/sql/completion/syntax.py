"""How the statements of Flink SQL are written, a line or a few each, after Flink's own documentation."""

from __future__ import annotations

__all__ = ["SYNTAX"]

SYNTAX = {
    "SELECT": "SELECT [DISTINCT] items FROM tables [WHERE …] [GROUP BY …] [HAVING …] [ORDER BY …] [LIMIT n]",
    "CREATE": (
        "CREATE [TEMPORARY] TABLE name (columns) WITH ('connector' = '…', …)\n"
        "CREATE [TEMPORARY] VIEW name AS query\n"
        "CREATE DATABASE name · CREATE CATALOG name WITH ('type' = '…') · CREATE FUNCTION name AS 'class'"
    ),
    "INSERT": "INSERT INTO | OVERWRITE table [PARTITION (…)] [(columns)] query",
    "WITH": "WITH name [(columns)] AS (query), … SELECT …",
    "DESCRIBE": "DESCRIBE [catalog.][database.]table",
    "DESC": "DESC [catalog.][database.]table",
    "EXPLAIN": "EXPLAIN [ESTIMATED_COST, CHANGELOG_MODE, JSON_EXECUTION_PLAN] statement",
    "SHOW": "SHOW CATALOGS | DATABASES | TABLES | VIEWS | FUNCTIONS | MODULES | JARS | JOBS | CREATE TABLE name",
    "USE": "USE [catalog.]database · USE CATALOG name · USE MODULES name, …",
    "SET": "SET 'key' = 'value'",
    "RESET": "RESET ['key']",
    "DROP": "DROP [TEMPORARY] TABLE | VIEW | FUNCTION [IF EXISTS] name · DROP DATABASE [IF EXISTS] name [CASCADE]",
    "ALTER": "ALTER TABLE name SET ('key' = 'value') | ADD … | MODIFY … | DROP … | RENAME …",
    "JOIN": (
        "table [INNER | LEFT | RIGHT | FULL] JOIN table ON condition\n"
        "table JOIN table FOR SYSTEM_TIME AS OF time ON condition"
    ),
    "WATERMARK": "WATERMARK FOR column AS column - INTERVAL '5' SECOND",
    "EXECUTE": "EXECUTE STATEMENT SET BEGIN INSERT …; INSERT …; END",
    "OVER": "function(…) OVER ([PARTITION BY …] ORDER BY time [RANGE | ROWS BETWEEN … PRECEDING AND CURRENT ROW])",
    "TUMBLE": "TABLE(TUMBLE(TABLE table, DESCRIPTOR(time), INTERVAL '10' MINUTES))",
    "HOP": "TABLE(HOP(TABLE table, DESCRIPTOR(time), INTERVAL '5' MINUTES, INTERVAL '10' MINUTES))",
    "CUMULATE": "TABLE(CUMULATE(TABLE table, DESCRIPTOR(time), INTERVAL '2' MINUTES, INTERVAL '10' MINUTES))",
    "MATCH_RECOGNIZE": ("table MATCH_RECOGNIZE (PARTITION BY … ORDER BY … MEASURES … PATTERN (A B+ C) DEFINE A AS …)"),
}
"""By the word."""
