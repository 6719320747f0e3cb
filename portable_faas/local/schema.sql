-- The state of the embedded engine. Times are milliseconds since 1970 UTC, values are JSON.
CREATE TABLE instances (
    key           INTEGER PRIMARY KEY,
    id            TEXT NOT NULL UNIQUE,
    run           TEXT NOT NULL,            -- a UUID, new for each start of the id
    orchestrator  TEXT NOT NULL,
    status        TEXT NOT NULL,
    input         TEXT,
    output        TEXT,
    error         TEXT,
    custom_status TEXT,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX live ON instances (status) WHERE status IN ('Pending', 'Running', 'Suspended');

CREATE TABLE events (
    instance INTEGER NOT NULL,              -- instances.key
    number   INTEGER NOT NULL,              -- place in the history, from 1
    at       INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    step     INTEGER NOT NULL,
    fiber    TEXT NOT NULL,
    name     TEXT NOT NULL,
    data     TEXT NOT NULL,
    PRIMARY KEY (instance, number)
) STRICT, WITHOUT ROWID;
