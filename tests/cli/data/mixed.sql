-- Thirty statements of every kind, some of them wrong.
SET 'execution.runtime-mode' = 'batch';
SET 'table.dml-sync' = 'true';
CREATE DATABASE shop;
USE shop;
CREATE TABLE orders (
  id INT,
  item STRING, -- a comment; with a semicolon
  price DECIMAL(10, 2)
) WITH ('connector' = 'filesystem', 'path' = 'FOLDER/orders', 'format' = 'csv');
INSERT INTO orders VALUES (1, 'a;b', 1.50), (2, 'it''s', 20.00), (3, 'c', 300.25);
SELECT COUNT(*) AS n, SUM(price) AS total FROM orders;
SELECT item FROM orders WHERE id = 2;
/* a block
   comment; */
CREATE VIEW dear AS SELECT * FROM orders WHERE price > 10;
SELECT id FROM dear ORDER BY id;
SHOW TABLES;
DESCRIBE orders;
SHOW CREATE TABLE orders;
EXPLAIN SELECT * FROM dear;
SELECT nope FROM orders;
SELECT * FROM
  nowhere;
CREATE TEMPORARY FUNCTION shout AS 'no.such.Class';
CREATE TABLE copy WITH ('connector' = 'filesystem', 'path' = 'FOLDER/copy', 'format' = 'csv') AS SELECT id, price FROM orders;
SELECT COUNT(*) AS copied FROM copy;
CREATE TABLE nothing (id INT) WITH ('connector' = 'blackhole');
CREATE TABLE nothing_too (id INT) WITH ('connector' = 'blackhole');
EXECUTE STATEMENT SET BEGIN
  INSERT INTO nothing SELECT id FROM orders;
  INSERT INTO nothing_too SELECT id FROM copy;
END;
BEGIN STATEMENT SET;
INSERT INTO nothing SELECT id FROM orders;
INSERT INTO nothing_too SELECT id FROM orders;
END;
SELEC 1;
RESET 'table.dml-sync';
ALTER TABLE copy RENAME TO kept;
DROP VIEW dear;
SHOW JOBS;
SELECT CAST('x' AS INT) AS broken FROM orders;
SHOW CURRENT DATABASE;
