-- The state of the embedded engine. Times are milliseconds since 1970 UTC, values are JSON.
CREATE TABLE instances (
    key           INTEGER PRIMARY KEY,      -- new for each run: a start, or a continue as new
    id            TEXT NOT NULL UNIQUE,
    run           TEXT NOT NULL,            -- a UUID, new for each run
    orchestrator  TEXT NOT NULL,
    version       TEXT NOT NULL,            -- of the app when the run began
    parent        INTEGER,                  -- instances.key of the orchestration that waits for it
    parent_step   INTEGER,
    inbox         TEXT,                     -- the events that the run began with
    status        TEXT NOT NULL,
    input         TEXT,
    output        TEXT,
    error         TEXT,
    custom_status TEXT,
    created_at    INTEGER NOT NULL,
    began_at      INTEGER NOT NULL,         -- of the run
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

CREATE TABLE entities (
    class TEXT NOT NULL,
    key   TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (class, key)
) STRICT, WITHOUT ROWID;

-- Operations that were handed over: those that wait their turn, and those of clients that have not heard the outcome.
CREATE TABLE operations (
    number    INTEGER PRIMARY KEY,          -- the order of their arrival
    class     TEXT NOT NULL,
    key       TEXT NOT NULL,
    operation TEXT NOT NULL,
    args      TEXT NOT NULL,
    instance  INTEGER NOT NULL,             -- instances.key of the caller, 0 for a client
    step      INTEGER NOT NULL,             -- of the caller that waits for it, 0 for a signal
    lock      INTEGER NOT NULL,             -- the lock that the caller holds, 0 for none
    client    TEXT NOT NULL,                -- the client's own name for it, empty for an orchestration's
    outcome   TEXT                          -- once applied: a result, or a failure
) STRICT;
