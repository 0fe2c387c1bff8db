// SQL text for wrangler, which takes no parameters. Every value passes through `quote`.

/** D1 takes statements of 100 kB. */
export const MAX_STATEMENT_BYTES = 90_000;
export const COLUMNS = ['id', 'email', 'name', 'role', 'password_hash', 'created_at', 'email_verified', 'suspended'];

/**
 * A literal. Text of anything but harmless ASCII is written as hexadecimal bytes: neither SQLite nor wrangler, which splits a file
 * into statements, can take any of it for SQL.
 */
export function quote(value) {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value !== 'string') throw new TypeError('only texts, booleans and null are values');
  if (/^[\w $@.:+=,/-]*$/.test(value) && !value.includes('--') && !value.includes('/*')) return `'${value}'`;
  return `CAST(x'${Buffer.from(value).toString('hex')}' AS TEXT)`;
}

/** Statements that insert users, each within D1's limit. A row whose id or address exists is left as it is. */
export function insertStatements(users) {
  const head = `INSERT INTO users (${COLUMNS.join(', ')}) VALUES\n`;
  const tail = '\nON CONFLICT DO NOTHING;\n';
  const statements = [];
  let [rows, size] = [[], 0];
  const end = () => {
    if (rows.length > 0) statements.push(head + rows.join(',\n') + tail);
    [rows, size] = [[], 0];
  };
  for (const user of users) {
    const row = `(${COLUMNS.map((column) => quote(user[column])).join(', ')})`;
    // Only ASCII: a character is a byte.
    if (size + row.length > MAX_STATEMENT_BYTES) end();
    rows.push(row);
    size += row.length + 2;
  }
  end();
  return statements;
}
