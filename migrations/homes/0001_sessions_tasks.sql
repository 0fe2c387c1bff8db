-- A home: a further database, DB_1 to DB_99, with the sessions and tasks of the users who are at home in it. The users themselves are
-- in DB, so that no row here refers to one. The tables are those of DB, whose migrations explain their columns; a migration that
-- changes one of them there has its equal here.

-- `version` is the user's version in DB when the session was opened.
CREATE TABLE sessions (
  user_id TEXT NOT NULL,
  id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  rotated_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  user_agent TEXT,
  country TEXT,
  version INTEGER NOT NULL,
  PRIMARY KEY (user_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Users whose sessions of before `version` are over, and may not be opened by a sign-in that read the user before: the largest whole
-- number is a tombstone, that of a deleted user. A sign-in takes seconds, so that the clean-up deletes rows after a day.
CREATE TABLE revocations (
  user_id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  revoked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX revocations_by_time ON revocations (revoked_at);

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

CREATE INDEX tasks_by_completed ON tasks (user_id, completed, id);

CREATE TABLE usage (
  user_id TEXT NOT NULL PRIMARY KEY,
  bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER usage_of_created_task AFTER INSERT ON tasks BEGIN
  INSERT INTO usage (user_id, bytes)
    VALUES (NEW.user_id, octet_length(NEW.title) + coalesce(octet_length(NEW.description), 0))
    ON CONFLICT (user_id) DO UPDATE SET bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER usage_of_changed_task AFTER UPDATE OF title, description ON tasks
WHEN NEW.user_id = OLD.user_id
  AND octet_length(NEW.title) + coalesce(octet_length(NEW.description), 0)
    <> octet_length(OLD.title) + coalesce(octet_length(OLD.description), 0)
BEGIN
  UPDATE usage SET bytes = bytes
      + octet_length(NEW.title) + coalesce(octet_length(NEW.description), 0)
      - octet_length(OLD.title) - coalesce(octet_length(OLD.description), 0)
    WHERE user_id = NEW.user_id;
END;

CREATE TRIGGER usage_of_moved_task AFTER UPDATE OF user_id ON tasks
WHEN NEW.user_id <> OLD.user_id
BEGIN
  UPDATE usage SET bytes = bytes - octet_length(OLD.title) - coalesce(octet_length(OLD.description), 0)
    WHERE user_id = OLD.user_id;
  DELETE FROM usage WHERE user_id = OLD.user_id AND bytes = 0;
  INSERT INTO usage (user_id, bytes)
    VALUES (NEW.user_id, octet_length(NEW.title) + coalesce(octet_length(NEW.description), 0))
    ON CONFLICT (user_id) DO UPDATE SET bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER usage_of_deleted_task AFTER DELETE ON tasks BEGIN
  UPDATE usage SET bytes = bytes - octet_length(OLD.title) - coalesce(octet_length(OLD.description), 0)
    WHERE user_id = OLD.user_id;
  DELETE FROM usage WHERE user_id = OLD.user_id AND bytes = 0;
END;

CREATE TABLE deletions (
  user_id TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TRIGGER usage_of_deleted_user AFTER INSERT ON deletions BEGIN
  DELETE FROM usage WHERE user_id = NEW.user_id;
END;
