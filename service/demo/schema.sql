-- The diarium's own register. Nothing is ever updated away: a case's status is its latest change.
CREATE TABLE IF NOT EXISTS series (
    year INTEGER PRIMARY KEY,
    last INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('case', 'document')),
    number TEXT NOT NULL UNIQUE,
    key_source TEXT NOT NULL,
    key_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    case_id INTEGER REFERENCES entry (id),
    sequence INTEGER NOT NULL,             -- within the year (case) or the case (document)
    subject TEXT NOT NULL,                 -- public
    full_title TEXT,                       -- internal
    direction TEXT,
    document_type TEXT,
    document_date TEXT,
    opened_at TEXT,                        -- UTC
    received_or_sent_at TEXT,              -- UTC
    unit TEXT,
    handler TEXT,
    classification_scheme TEXT,
    classification_code TEXT,
    secrecy_law TEXT,
    secrecy_chapter INTEGER,
    secrecy_section TEXT,
    secrecy_note TEXT,
    secrecy_review_date TEXT,
    retention_code TEXT,
    dispose_after TEXT,
    source_url TEXT,
    registered_at TEXT NOT NULL            -- UTC
);
-- Not unique on purpose: with deduplication off the register takes the same key twice.
CREATE INDEX IF NOT EXISTS entry_key ON entry (key_source, key_id);
CREATE INDEX IF NOT EXISTS entry_case ON entry (case_id);
CREATE TABLE IF NOT EXISTS party (
    entry_id INTEGER NOT NULL REFERENCES entry (id),
    position INTEGER NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    organisation TEXT,
    identity_number TEXT,
    email TEXT,
    handle TEXT,
    public INTEGER NOT NULL,
    protected_identity INTEGER NOT NULL,
    PRIMARY KEY (entry_id, position)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS file (
    entry_id INTEGER NOT NULL REFERENCES entry (id),
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    sha256 TEXT NOT NULL,                  -- computed here, never the sender's word
    length INTEGER NOT NULL,
    main INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (entry_id, position)
);
CREATE TABLE IF NOT EXISTS status_change (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    entry_id INTEGER NOT NULL REFERENCES entry (id),
    status TEXT NOT NULL,
    reason TEXT,
    changed_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS chunk (
    upload_id TEXT NOT NULL,
    offset INTEGER NOT NULL,
    last INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (upload_id, offset)
);
