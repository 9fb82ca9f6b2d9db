-- Which of several findings of one article, code and thing it is: of orders that are overdue, whose they are. Two authorities' are two.
ALTER TABLE finding ADD COLUMN which TEXT NOT NULL DEFAULT '';
DROP INDEX finding_open;
CREATE UNIQUE INDEX finding_open ON finding (kind, article, code, about, which) WHERE closed_us IS NULL;
