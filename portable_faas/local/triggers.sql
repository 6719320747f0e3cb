-- What functions with triggers need on this machine. Times are milliseconds since 1970 UTC.
CREATE TABLE deliveries (
    number   INTEGER PRIMARY KEY,
    source   TEXT NOT NULL,                 -- queue/NAME, or event/FUNCTION and blob/FUNCTION: one each per receiver
    id       TEXT NOT NULL,
    body     TEXT NOT NULL,                 -- JSON
    sent_at  INTEGER NOT NULL,
    due      INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,    -- begun so far
    error    TEXT                           -- why it was given up; a dead letter has one
) STRICT;
CREATE INDEX waiting ON deliveries (source, due) WHERE error IS NULL;

CREATE TABLE done (                         -- keys of idempotent functions
    function TEXT NOT NULL,
    key      TEXT NOT NULL,
    until    INTEGER NOT NULL,
    PRIMARY KEY (function, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (                         -- the last due moment of each schedule that was carried out
    function TEXT PRIMARY KEY,
    due      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE objects (
    bucket       TEXT NOT NULL,
    key          TEXT NOT NULL,
    size         INTEGER NOT NULL,
    etag         TEXT NOT NULL,
    content_type TEXT NOT NULL,
    modified     INTEGER NOT NULL,
    PRIMARY KEY (bucket, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE counters (                     -- requests of a client in the period that runs
    key    TEXT PRIMARY KEY,
    window INTEGER NOT NULL,
    count  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE keys (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
