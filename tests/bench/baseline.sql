-- The bench's totals and ranks by DuckDB, in binary floating point.
-- To be run in the book's folder.
COPY (
WITH cells AS (
	SELECT unit, measure, value, CAST(right(measure, 4) AS INTEGER) % 4 AS kind
	FROM read_csv('data/2022-10/*.tsv', delim = '\t', header = true,
		columns = {'measure': 'VARCHAR', 'unit': 'VARCHAR', 'value': 'DOUBLE'})
), scores AS (
	SELECT unit, CASE kind
		WHEN 0 THEN 5 * (value - min(value) OVER column_of)
			/ (max(value) OVER column_of - min(value) OVER column_of)
		WHEN 1 THEN 5 * least(greatest(value / 400, 0), 1)
		WHEN 2 THEN 5 * greatest(0, 1 - CAST(0.005 AS DOUBLE)
			* (rank() OVER (PARTITION BY measure ORDER BY value DESC) - 1))
		ELSE CASE WHEN value >= 300 THEN 5 WHEN value >= 200 THEN 3.5
			WHEN value >= 100 THEN 2 WHEN value >= 0 THEN 1 ELSE 0 END
		END AS score
	FROM cells WINDOW column_of AS (PARTITION BY measure)
), totals AS (
	SELECT unit, floor(sum(floor(CAST(score AS DOUBLE) * 100 + 0.5) / 100) * 100 + 0.5) / 100 AS total
	FROM scores GROUP BY unit
)
SELECT unit, total, rank() OVER (ORDER BY total DESC) AS rank FROM totals ORDER BY rank, unit
) TO '/dev/stdout' (DELIMITER '\t', HEADER true);
