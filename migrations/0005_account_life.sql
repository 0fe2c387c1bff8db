-- What the life of an account needs: suspension, sign-ups that wait for their link, sessions that their user recognizes, and
-- deletions that one request cannot finish. Every column has a default, so the Worker of before works with this schema.

-- A suspended user has no session and cannot open one.
ALTER TABLE users ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0 CHECK (suspended IN (0, 1));
-- Whatever suspends a user, an operator's UPDATE included, ends their sessions in the same transaction.
CREATE TRIGGER sessions_of_suspended_user AFTER UPDATE OF suspended ON users WHEN NEW.suspended = 1 BEGIN
  DELETE FROM sessions WHERE user_id = NEW.id;
END;
-- The newest sign-up of an account that was created while EMAIL_VERIFICATION was `required`: only its link verifies the address.
-- NULL for every other account.
ALTER TABLE users ADD COLUMN signup_id TEXT;
-- How many sign-ups such an account had before its address was verified: after more than one, none of their passwords becomes valid.
ALTER TABLE users ADD COLUMN signups INTEGER NOT NULL DEFAULT 0;
-- Device tokens issued before this moment are void, in milliseconds since 1970: a password reset sets it.
ALTER TABLE users ADD COLUMN device_tokens_since INTEGER NOT NULL DEFAULT 0;

-- The clean-up finds the sign-ups that were never verified by one range, however many accounts there are.
CREATE INDEX users_by_unverified_signup ON users (created_at) WHERE signup_id IS NOT NULL AND email_verified = 0;
-- Whether another administrator exists who is not suspended, in one search.
CREATE INDEX users_by_active_admin ON users (role) WHERE role = 'admin' AND suspended = 0;

-- How users recognize their sessions; NULL where the client sent none. A session's id holds when it was created, and rotated_at
-- when it was last used.
ALTER TABLE sessions ADD COLUMN user_agent TEXT;
ALTER TABLE sessions ADD COLUMN country TEXT;

-- Users who are deleted while some of their tasks are not: one request deletes a bounded number of tasks, the daily clean-up the
-- rest. Until the row here is gone nobody reads or writes tasks as that user: another issuer's token needs no session, so it
-- stays valid.
CREATE TABLE deletions (
  user_id TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Whatever deletes a user, an operator's DELETE included, leaves no task behind for good.
CREATE TRIGGER deletion_of_user AFTER DELETE ON users WHEN EXISTS (SELECT 1 FROM tasks WHERE user_id = OLD.id) BEGIN
  INSERT OR IGNORE INTO deletions (user_id) VALUES (OLD.id);
END;
-- A sum of what is deleted anyway need not be kept: without it a deletion writes half as many rows.
CREATE TRIGGER usage_of_deleted_user AFTER INSERT ON deletions BEGIN
  DELETE FROM usage WHERE user_id = NEW.user_id;
END;
