// Imports users: reads the file twice, first to report what would happen, then to write in batches. Users who exist are left as
// they are, so a second run changes nothing, and one after an interruption continues.

import { Failure } from '../shared.mjs';
import { convert, Unusable } from './convert.mjs';
import { fieldReader } from './fields.mjs';
import { Report } from './report.mjs';
import { readRecords } from './source.mjs';
import { insertStatements } from './sql.mjs';

const BATCH_ROWS = 5_000;

/**
 * `options`: `file`; `accounts`, Better Auth's second table; `mapping` of columns; `prefixes` of other issuers; `homes` that are bound; `withoutPasswords`;
 * `write`. Returns the report.
 */
export async function importUsers(options, database, print = console.log) {
  const conversion = {
    read: fieldReader(options.mapping ?? {}),
    prefixes: options.prefixes ?? [],
    homes: options.homes,
    withoutPasswords: options.withoutPasswords ?? false,
    passwords: options.accounts && await readPasswords(options.accounts),
  };
  const existing = await readExisting(database);
  const report = new Report(options.file);
  for await (const one of plan(options.file, conversion, existing, report)) report.addImported(one);
  for (const line of report.lines()) print(line);
  const total = report.imported;
  if (!options.write) {
    print(`Nothing was written.${total > 0 ? ` Add --write to import ${count(total)}` : ''}`);
    return report;
  }
  let [written, batch] = [0, []];
  const flush = async () => {
    if (batch.length === 0) return;
    await database.execute(insertStatements(batch).join(''));
    written += batch.length;
    batch = [];
    print(`Imported ${written.toLocaleString('en')} of ${total.toLocaleString('en')} (${Math.floor((written / total) * 100)} %)`);
  };
  try {
    for await (const { user } of plan(options.file, conversion, existing, new Report(options.file))) {
      batch.push(user);
      if (batch.length === BATCH_ROWS) await flush();
    }
    await flush();
  } catch (error) {
    throw new Failure(`${error.message}\nAfter ${count(written)} the import stopped: run the same command again, and it continues`);
  }
  if (total === 0) print('Nothing was written: there is nobody to import');
  return report;
}

export const count = (number) => `${number.toLocaleString('en')} user${number === 1 ? '' : 's'}`;

/** Yields those who are to be imported; reports the others. */
async function* plan(file, conversion, existing, report) {
  const [lineOfEmail, lineOfId] = [new Map(), new Map()];
  for await (const { line, ...source } of readRecords(file)) {
    report.read += 1;
    let converted;
    try {
      converted = convert(source, conversion);
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      report.addProblem(line, error);
      continue;
    }
    const { id, email } = converted.user;
    if (lineOfEmail.has(email)) report.addProblem(line, new Unusable(`${email} is the address of line ${lineOfEmail.get(email)}, too: delete one of the two`, 'twice'));
    else if (lineOfId.has(id)) report.addProblem(line, new Unusable(`its id is that of line ${lineOfId.get(id)}, too: ids must differ`));
    else if (existing.emails.has(email)) report.existing += 1;
    else if (existing.ids.has(id)) report.addProblem(line, new Unusable(`its id exists with another address: ${email} was imported before, and changed the address since, or the id is another user's`));
    else yield converted;
    if (!lineOfEmail.has(email)) lineOfEmail.set(email, line);
    if (!lineOfId.has(id)) lineOfId.set(id, line);
  }
}

async function readExisting(database) {
  const [emails, ids] = [new Set(), new Set()];
  for await (const page of database.pages(['id', 'email'])) {
    for (const { id, email } of page) {
      emails.add(email);
      ids.add(id);
    }
  }
  return { emails, ids };
}

/** The hashes of Better Auth's table `account`, by user id: those of its provider `credential`. */
async function readPasswords(file) {
  const passwords = new Map();
  for await (const { line, record } of readRecords(file)) {
    const userId = record.userId ?? record.user_id;
    const provider = record.providerId ?? record.provider_id;
    if (userId === undefined || provider === undefined) {
      throw new Failure(`${file}, line ${line}: no userId or providerId: --accounts takes Better Auth's table \`account\``);
    }
    if (provider === 'credential' && record.password) passwords.set(userId, record.password);
  }
  return passwords;
}
