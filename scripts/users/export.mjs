// Exports users in the form that the import reads: JSON lines, or CSV where the file's name ends in .csv.

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { csvRow } from './csv.mjs';
import { COLUMNS } from './sql.mjs';

/** Writes to the file, which only this user can read, or to standard output; returns how many users. */
export async function exportUsers(file, database, standardOutput = process.stdout) {
  const output = file === undefined ? standardOutput : createWriteStream(file, { mode: 0o600 });
  const isCsv = file?.endsWith('.csv');
  const write = async (text) => {
    if (!output.write(text)) await once(output, 'drain');
  };
  let users = 0;
  if (isCsv) await write(csvRow(COLUMNS));
  for await (const page of database.pages()) {
    for (const row of page) {
      const user = { ...row, email_verified: row.email_verified === 1, suspended: row.suspended === 1 };
      await write(isCsv ? csvRow(COLUMNS.map((column) => user[column])) : `${JSON.stringify(user)}\n`);
      users += 1;
    }
  }
  if (file !== undefined) {
    output.end();
    await finished(output);
  }
  return users;
}
