-- The daily clean-up finds the sessions whose time is over by one range of this index, however many there are.
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
