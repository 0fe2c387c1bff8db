// At most five sign-in attempts in 15 minutes for an account, as the Worker counts them: Better Auth itself counts only by
// address of the network. The attempt is taken before the password is looked at, in one statement, so that of many at
// once five get through.

import type { DatabaseSync } from 'node:sqlite';

const maximum = 5;
const windowMilliseconds = 15 * 60 * 1000;

export function attemptsIn(database: DatabaseSync) {
  database.exec('CREATE TABLE IF NOT EXISTS signInAttempt (account TEXT NOT NULL, at INTEGER NOT NULL)');
  database.exec('CREATE INDEX IF NOT EXISTS signInAttemptAccount ON signInAttempt (account, at)');
  database.exec('CREATE INDEX IF NOT EXISTS signInAttemptTime ON signInAttempt (at)');
  const forgetOld = database.prepare('DELETE FROM signInAttempt WHERE at <= ?');
  const insert = database.prepare(`INSERT INTO signInAttempt (account, at) SELECT :account, :at
    WHERE (SELECT count(*) FROM signInAttempt WHERE account = :account) < ${maximum}`);
  const oldest = database.prepare('SELECT min(at) AS at FROM signInAttempt WHERE account = ?');
  const clear = database.prepare('DELETE FROM signInAttempt WHERE account = ?');

  return {
    /** Takes an attempt; gives the seconds to wait if there is none left. */
    take(account: string): number {
      const at = Date.now();
      forgetOld.run(at - windowMilliseconds);
      if (insert.run({ account, at }).changes) return 0;
      return Math.max(1, Math.ceil((Number(oldest.get(account)?.at) + windowMilliseconds - at) / 1000));
    },
    clear: (account: string) => void clear.run(account),
  };
}
