// Sign-in limit of mode `better-auth`: five attempts in 15 minutes for an account, as in the Worker. Better Auth's own rate
// limit counts by IP address only. One INSERT checks and counts an attempt before the password is checked, so that of many
// parallel attempts only five are allowed.

import type { DatabaseSync } from 'node:sqlite';

const maxAttempts = 5;
const windowMilliseconds = 15 * 60 * 1000;

export function createSigninLimit(database: DatabaseSync) {
  database.exec('CREATE TABLE IF NOT EXISTS signInAttempt (account TEXT NOT NULL, at INTEGER NOT NULL)');
  database.exec('CREATE INDEX IF NOT EXISTS signInAttemptAccount ON signInAttempt (account, at)');
  database.exec('CREATE INDEX IF NOT EXISTS signInAttemptTime ON signInAttempt (at)');
  const deleteExpired = database.prepare('DELETE FROM signInAttempt WHERE at <= ?');
  const insert = database.prepare(`INSERT INTO signInAttempt (account, at) SELECT :account, :at
    WHERE (SELECT count(*) FROM signInAttempt WHERE account = :account) < ${maxAttempts}`);
  const oldest = database.prepare('SELECT min(at) AS at FROM signInAttempt WHERE account = ?');
  const clear = database.prepare('DELETE FROM signInAttempt WHERE account = ?');

  return {
    /** Counts an attempt. Returns 0 if it is allowed, or else the seconds until the next one is. */
    acquire(account: string): number {
      const at = Date.now();
      deleteExpired.run(at - windowMilliseconds);
      if (insert.run({ account, at }).changes) return 0;
      return Math.max(1, Math.ceil((Number(oldest.get(account)?.at) + windowMilliseconds - at) / 1000));
    },
    clear: (account: string) => void clear.run(account),
  };
}
