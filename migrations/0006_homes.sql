-- Further databases, the homes DB_1 to DB_99: they hold the sessions and tasks of users who are not at home in this one, which
-- keeps all users. migrations/homes/ has their schema. Every column has a default, so the Worker of before works with this schema.

-- Raised by whatever ends the sessions of a user for good: a new password, a suspension. A home refuses a session that was begun
-- under an older version than it knows, since it cannot look at the user itself.
ALTER TABLE users ADD COLUMN version INTEGER NOT NULL DEFAULT 0;

-- The homes of users whose id names none: other issuers' subjects, and users who were imported with their ids. A row is added by the
-- first write and never changes, so that an isolate may remember it.
CREATE TABLE homes (
  subject TEXT NOT NULL PRIMARY KEY,
  home INTEGER NOT NULL CHECK (home BETWEEN 0 AND 99)
) STRICT, WITHOUT ROWID;

-- Users whose home is still to learn that their sessions are over, or that they are deleted. The request that changed the user tells
-- the home and deletes the row; where it could not, the daily clean-up does.
CREATE TABLE revocations_due (
  user_id TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TRIGGER revocation_of_changed_user AFTER UPDATE OF version ON users
WHEN NEW.version > OLD.version
  AND (NEW.id GLOB '????????-????-8*' OR EXISTS (SELECT 1 FROM homes WHERE subject = NEW.id AND home > 0))
BEGIN
  INSERT OR IGNORE INTO revocations_due (user_id) VALUES (NEW.id);
END;

-- Whatever suspends a user, an operator's UPDATE included.
CREATE TRIGGER version_of_suspended_user AFTER UPDATE OF suspended ON users
WHEN NEW.suspended = 1 AND OLD.suspended = 0
  AND (NEW.id GLOB '????????-????-8*' OR EXISTS (SELECT 1 FROM homes WHERE subject = NEW.id AND home > 0))
BEGIN
  UPDATE users SET version = version + 1 WHERE id = NEW.id;
END;

CREATE TRIGGER revocation_of_deleted_user AFTER DELETE ON users
WHEN OLD.id GLOB '????????-????-8*' OR EXISTS (SELECT 1 FROM homes WHERE subject = OLD.id AND home > 0)
BEGIN
  INSERT OR IGNORE INTO revocations_due (user_id) VALUES (OLD.id);
END;
