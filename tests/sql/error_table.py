"""Mistakes and what a person is told: those of Flink's documentation, and those that one makes every day.

Each: a statement (``|`` stands before the place of the error, where Flink names one), a part of the message, and a part
of the hint. They run in a session with the tables of `SETUP`.
"""

from __future__ import annotations

SETUP = (
    """CREATE TABLE Orders (
  order_id BIGINT, product STRING, amount INT, price DECIMAL(10, 2), order_time TIMESTAMP(3), pt AS PROCTIME(),
  WATERMARK FOR order_time AS order_time - INTERVAL '5' SECOND
) WITH ('connector' = 'datagen', 'number-of-rows' = '10')""",
    "CREATE TEMPORARY TABLE sink (product STRING, total INT) WITH ('connector' = 'blackhole')",
    "CREATE TEMPORARY TABLE appends (product STRING, n BIGINT NOT NULL) WITH ('connector' = 'filesystem', "
    "'path' = '/tmp/nowhere', 'format' = 'csv')",
    "CREATE DATABASE warehouse",
    "CREATE TABLE warehouse.stock (item STRING) WITH ('connector' = 'datagen')",
    "CREATE VIEW Totals AS SELECT product, SUM(amount) AS total FROM Orders GROUP BY product",
)

CASES: dict[str, tuple[str, str, str]] = {
    # Names
    "table in the wrong case": ("SELECT * FROM |orders", "Object 'orders' not found", "Did you mean Orders? Names are"),
    "table misspelt": ("SELECT * FROM |Ordres", "Object 'Ordres' not found", "Did you mean Orders?"),
    "table of another database": ("SELECT * FROM |stock", "Object 'stock' not found", "`warehouse`.`stock`"),
    "table like none": ("SELECT * FROM |xyz", "Object 'xyz' not found", "has: Orders"),
    "database misspelt": ("SELECT * FROM |warehuse.stock", "Object 'warehuse' not found", "warehouse"),
    "table misspelt in a database": ("SELECT * FROM |warehouse.stok", "Object 'stok' not found", "Did you mean stock?"),
    "column misspelt": ("SELECT |prodct FROM Orders", "Column 'prodct' not found", "Did you mean product?"),
    "column like none": ("SELECT |zzz FROM Orders", "Column 'zzz' not found", "There are: order_id, product"),
    "column of an alias": ("SELECT o.|prise FROM Orders AS o", "Column 'prise' not found", "Did you mean price?"),
    "column of a subquery": (
        "SELECT |totl FROM (SELECT SUM(amount) AS total FROM Orders)",
        "Column 'totl' not found",
        "Did you mean total?",
    ),
    "column of a WITH": (
        "WITH q AS (SELECT product AS item FROM Orders) SELECT |itm FROM q",
        "Column 'itm' not found",
        "Did you mean item?",
    ),
    "alias unknown": ("SELECT |x.price FROM Orders AS o", "Table 'x' not found", "calls its tables: o"),
    "column in WHERE": ("SELECT * FROM Orders WHERE |amout > 1", "Column 'amout' not found", "Did you mean amount?"),
    "column ambiguous": (
        "SELECT |price FROM Orders AS a JOIN Orders AS b ON a.order_id = b.order_id",
        "Column 'price' is ambiguous",
        "",
    ),
    "function misspelt": ("SELECT |UPER(product) FROM Orders", "No match found for function signature UPER", "upper"),
    "function with wrong arguments": ("SELECT |UPPER(1, 2)", "Invalid number of arguments to function 'UPPER'", ""),
    # Words
    "keyword misspelt": ("|SELEC 1", "Non-query expression", "Did you mean SELECT?"),
    "keyword for a name": ("SELECT |timestamp FROM Orders", "Encountered", "back-ticks"),
    "comma too many": ("SELECT product, |FROM Orders", "Incorrect syntax near the keyword 'FROM'", ""),
    "parenthesis missing": ("SELECT COUNT(* |FROM Orders", "Encountered", ""),
    "string not closed": ("SELECT |'a FROM Orders", "Encountered", ""),
    "double quotes": ('SELECT |"product" FROM Orders', "Encountered", "back-ticks"),
    "FROM misspelt": ("SELECT 1 AS n |FORM Orders", "Encountered", ""),
    # Types
    "types that do not add": ("SELECT |amount + order_time FROM Orders", "Cannot apply '+'", ""),
    "string compared with a date": (
        "SELECT * FROM Orders WHERE product > |DATE '2024-01-01' + 1",
        "Cannot apply '+' to arguments of type '<DATE> + <INTEGER>'",
        "",
    ),
    "not grouped": (
        "SELECT |product, SUM(amount) FROM Orders",
        "Expression 'product' is not being grouped",
        "GROUP BY",
    ),
    "aggregate in WHERE": ("SELECT product FROM Orders WHERE |SUM(amount) > 1", "Aggregate expression is illegal", ""),
    "columns of UNION differ": (
        "SELECT product FROM Orders UNION ALL SELECT |product, amount FROM Orders",
        "Column count mismatch in UNION ALL",
        "",
    ),
    # Streams
    "sort of a stream": ("SELECT * FROM Orders ORDER BY price", "Sort on a non-time-attribute field", "batch"),
    "window without a time attribute": (
        "SELECT window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE Totals, DESCRIPTOR(total), INTERVAL '1' MINUTE)) "
        "GROUP BY window_start",
        "time attribute",
        "WATERMARK",
    ),
    "updates into an append-only sink": (
        "INSERT INTO appends SELECT product, COUNT(*) FROM Orders GROUP BY product",
        "doesn't support consuming update changes",
        "PRIMARY KEY",
    ),
    "temporal join without a key": (
        "SELECT * FROM Orders AS o JOIN Orders FOR SYSTEM_TIME AS OF o.order_time AS r ON o.product = r.product",
        "requires primary key",
        "NOT ENFORCED",
    ),
    # Sinks
    "sink with other columns": ("INSERT INTO sink SELECT product FROM Orders", "do not match", ""),
    "sink with other types": ("INSERT INTO sink SELECT product, product FROM Orders", "do not match", ""),
    "sink unknown": ("INSERT INTO |snk SELECT product, amount FROM Orders", "", "Did you mean sink?"),
    # Connectors
    "connector misspelt": (
        "CREATE TEMPORARY TABLE t (a INT) WITH ('connector' = 'datagn'); SELECT * FROM t",
        "identifier 'datagn'",
        "Did you mean 'datagen'?",
    ),
    "connector of another jar": (
        "CREATE TEMPORARY TABLE t (a INT) WITH ('connector' = 'kafka'); SELECT * FROM t",
        "identifier 'kafka'",
        "%flink add kafka",
    ),
    "format of another jar": (
        "CREATE TEMPORARY TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = '/tmp/x', 'format' = 'avro'); "
        "SELECT * FROM t",
        "identifier 'avro'",
        "%flink add avro",
    ),
    "option misspelt": (
        "CREATE TEMPORARY TABLE t (a INT) WITH ('connector' = 'datagen', 'rows-per-secnd' = '1'); SELECT * FROM t",
        "Unsupported options: rows-per-secnd",
        "Did you mean 'rows-per-second'?",
    ),
    "option missing": (
        "CREATE TEMPORARY TABLE t (a INT) WITH ('connector' = 'filesystem'); SELECT * FROM t",
        "required options are",
        "",
    ),
    "option of a wrong type": (
        "CREATE TEMPORARY TABLE t (a INT) WITH ('connector' = 'datagen', 'rows-per-second' = 'many'); SELECT * FROM t",
        "Could not parse value 'many' for key 'rows-per-second': For input string",
        "",
    ),
    "no connector at all": (
        "CREATE TEMPORARY TABLE t (a INT); SELECT * FROM t",
        "",
        "'connector'",
    ),
    # DDL
    "table that exists": (
        "CREATE TABLE Orders (a INT) WITH ('connector' = 'datagen')",
        "already exists",
        "IF NOT EXISTS",
    ),
    "drop of nothing": ("DROP TABLE nothing", "does not exist", "IF EXISTS"),
    "drop of a misspelt one": ("DROP TABLE |Ordres", "does not exist", "Did you mean Orders?"),
    "USE of nothing": ("USE |warehuse", "warehuse", "Did you mean warehouse?"),
    "USE CATALOG of nothing": ("USE CATALOG |default_catalg", "default_catalg", "Did you mean default_catalog?"),
    "database that is not empty": ("DROP DATABASE |warehouse", "not empty", "CASCADE"),
    "DESCRIBE of a misspelt one": ("DESCRIBE |Ordres", "Ordres", "Did you mean Orders?"),
    "watermark on a string": (
        "CREATE TABLE w (s STRING, WATERMARK FOR s AS s) WITH ('connector' = 'datagen')",
        "",
        "TIMESTAMP",
    ),
    "primary key enforced": (
        "CREATE TABLE k (a INT, PRIMARY KEY (a)) WITH ('connector' = 'datagen')",
        "",
        "NOT ENFORCED",
    ),
    "class of a function unknown": (
        "CREATE TEMPORARY FUNCTION f AS |'no.such.Class'",
        "class no.such.Class was not found",
        "ADD JAR",
    ),
    "jar unknown": ("ADD JAR '/no/such.jar'", "/no/such.jar", ""),
    "wrong option of the session": (
        "SET 'execution.runtime-mode' = |'fast'; SELECT 1",
        "'execution.runtime-mode': Expected one of: STREAMING",
        "",
    ),
    # Runs
    "cast of no number": ("SELECT CAST('x' AS INT) FROM Orders", "For input string", "TRY_CAST"),
    "division by zero": ("SELECT 1 / 0", "Division by zero", ""),
    "file unknown": (
        "CREATE TEMPORARY TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = '/no/such/file', "
        "'format' = 'csv'); SELECT * FROM t",
        "/no/such/file",
        "",
    ),
    "two columns of a scalar subquery": ("SELECT (|SELECT product, amount FROM Orders)", "", "one column"),
    "JAR job unknown": ("STOP JOB '00000000000000000000000000000000'", "", "%flink jobs"),
}
