// The operator's access to the table `users`, through `wrangler d1 execute` with the options that choose the database.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment, Failure, project } from '../shared.mjs';
import { COLUMNS, quote } from './sql.mjs';

const PAGE_ROWS = 5_000;

export class Database {
  constructor(options) {
    this.options = options;
  }

  /** The rows of one statement. */
  async query(sql) {
    const output = await this.#wrangler('--json', '--command', sql);
    // wrangler may print notes of its own first.
    const begin = output.search(/^\[/m);
    if (begin === -1) throw new Failure(`wrangler printed no rows:\n${output.slice(0, 500)}`);
    return JSON.parse(output.slice(begin))[0].results;
  }

  /** Executes statements from a file that only this user can read, since it holds hashes. */
  async execute(sql) {
    const folder = mkdtempSync(join(tmpdir(), 'edge-auth-users-'));
    const remove = () => rmSync(folder, { recursive: true, force: true });
    process.once('exit', remove);
    try {
      const file = join(folder, 'users.sql');
      writeFileSync(file, sql, { mode: 0o600 });
      await this.#wrangler('--file', file);
    } finally {
      process.off('exit', remove);
      remove();
    }
  }

  /** Yields pages of users in the order of their ids. */
  async* pages(columns = COLUMNS) {
    for (let after = ''; ;) {
      const page = await this.query(`SELECT ${columns.join(', ')} FROM users WHERE id > ${quote(after)} ORDER BY id LIMIT ${PAGE_ROWS}`);
      if (page.length > 0) yield page;
      if (page.length < PAGE_ROWS) return;
      after = page.at(-1).id;
    }
  }

  #wrangler(...args) {
    return new Promise((resolve, reject) => {
      const child = spawn('wrangler', ['d1', 'execute', 'DB', ...this.options, '--yes', ...args], {
        cwd: project, env: { ...environment, CI: '1' }, stdio: ['ignore', 'pipe', 'pipe'],
      });
      const [output, errors] = [[], []];
      child.stdout.on('data', (chunk) => output.push(chunk));
      child.stderr.on('data', (chunk) => errors.push(chunk));
      child.on('error', (error) => reject(new Failure(`wrangler cannot be started: ${error.message}. Run \`npm run setup\``)));
      child.on('close', (code) => {
        const text = Buffer.concat(output).toString();
        if (code === 0) resolve(text);
        else reject(new Failure(`\`wrangler d1 execute DB ${this.options.join(' ')}\` failed:\n${cause(text + Buffer.concat(errors))}`));
      });
    });
  }
}

/** wrangler's message without the statement, which holds hashes. */
function cause(output) {
  const lines = output.split('\n').filter((line) => line.trim() !== '').map((line) => line.slice(0, 200));
  const text = lines.filter((line) => !/INSERT INTO|^\s*\(/.test(line)).slice(-12).join('\n');
  return /no such (?:table|column)/.test(text) ? `${text}\nThe database lacks migrations: run \`npm start\` or \`npm run deploy\` once` : text;
}
