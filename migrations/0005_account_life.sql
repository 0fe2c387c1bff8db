-- What the life of an account needs: suspension, sign-ups that wait for their link, sessions that their user recognizes, and
-- deletions that one request cannot finish. Every column has a default, so the Worker of before works with this schema.

-- A suspended user has no session and cannot open one.
ALTER TABLE users ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0 CHECK (suspended IN (0, 1));
-- The sign-up that the newest link verifies, where EMAIL_VERIFICATION is `required`; NULL for every other account, and once the
-- address is verified.
ALTER TABLE users ADD COLUMN signup_id TEXT;
-- How many sign-ups of the address are waiting for their link: after more than one, none of their passwords becomes valid.
ALTER TABLE users ADD COLUMN signups INTEGER NOT NULL DEFAULT 0;
-- Device tokens issued before this moment are void, in milliseconds since 1970: a password reset sets it.
ALTER TABLE users ADD COLUMN device_tokens_since INTEGER NOT NULL DEFAULT 0;

-- The clean-up finds the sign-ups that were never verified by one range, however many accounts there are.
CREATE INDEX users_by_unverified_signup ON users (created_at) WHERE signup_id IS NOT NULL;
-- Whether another administrator exists, in one search.
CREATE INDEX users_by_admin_role ON users (id) WHERE role = 'admin';

-- How users recognize their sessions; NULL where the client sent none. A session's id holds when it was created, and rotated_at
-- when it was last used.
ALTER TABLE sessions ADD COLUMN user_agent TEXT;
ALTER TABLE sessions ADD COLUMN country TEXT;

-- Users whose deletion has begun. One request deletes a bounded number of tasks, the daily clean-up the rest. Until the row is
-- gone nobody reads or writes tasks as that user: another issuer's token needs no session, so it stays valid.
CREATE TABLE deletions (
  user_id TEXT NOT NULL PRIMARY KEY,
  started_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
