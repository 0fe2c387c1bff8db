-- Users, their sessions and tasks. Every table is keyed so that each query of the service is one search in one tree, and
-- WITHOUT ROWID, so that the tree of the key holds the row itself. STRICT, so that a column holds what it says.

-- `email` is stored trimmed, in lower case and NFC: the constraint is what makes an address unique, also for two at once.
-- `password_hash` is an Argon2id PHC string. Timestamps are RFC 3339 in UTC with milliseconds, as the API shows them.
CREATE TABLE users (
  id TEXT NOT NULL PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  name TEXT,
  role TEXT NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'admin')),
  password_hash TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A row lives as long as its session: signing out or reuse of an old refresh token deletes it. It holds no token, only
-- how often the session was refreshed, so that nothing here can be replayed. Times are milliseconds since 1970.
CREATE TABLE sessions (
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  rotated_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, id)
) STRICT, WITHOUT ROWID;

-- `user_id` is a token's subject and need not be a user of ours: another issuer may share the secret. Identifiers are
-- UUIDv7, so that a user's list is one range of the key in the order of making.
CREATE TABLE tasks (
  user_id TEXT NOT NULL,
  id TEXT NOT NULL,
  title TEXT NOT NULL,
  description TEXT,
  completed INTEGER NOT NULL CHECK (completed IN (0, 1)),
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (user_id, id)
) STRICT, WITHOUT ROWID;

-- The list of what is open, or done, reads only the rows that it shows.
CREATE INDEX tasks_by_completed ON tasks (user_id, completed, id);
