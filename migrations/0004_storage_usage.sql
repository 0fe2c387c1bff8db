-- How many bytes each user's tasks take, in UTF-8 of their titles and descriptions: STORAGE_LIMIT_KIB is checked against one
-- row, where a sum over a user's tasks would read them all. Triggers keep it, so that whatever writes tasks is counted, in
-- the same transaction. A user without tasks has no row.
CREATE TABLE usage (
  user_id TEXT NOT NULL PRIMARY KEY,
  bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO usage (user_id, bytes)
  SELECT user_id, sum(octet_length(title) + coalesce(octet_length(description), 0)) FROM tasks GROUP BY user_id;

CREATE TRIGGER usage_of_created_task AFTER INSERT ON tasks BEGIN
  INSERT INTO usage (user_id, bytes)
    VALUES (NEW.user_id, octet_length(NEW.title) + coalesce(octet_length(NEW.description), 0))
    ON CONFLICT (user_id) DO UPDATE SET bytes = bytes + excluded.bytes;
END;

-- Most changes only complete a task: they cost no write here.
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

-- The service never moves a task to another user. An operator may, for instance to give an issuer's users a prefix.
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
