// What an import would do: how many users by kind of hash, and which lines cannot be imported, and why.

const LISTED_PROBLEMS = 20;

export class Report {
  read = 0;
  imported = 0;
  existing = 0;
  admins = 0;
  suspended = 0;
  newIds = 0;
  cutNames = 0;
  invalid = 0;
  twice = 0;
  kinds = new Map();
  problems = [];

  constructor(file) {
    this.file = file;
  }

  addImported({ user, kind, isNewId, isCutName }) {
    this.imported += 1;
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
    this.admins += Number(user.role === 'admin');
    this.suspended += Number(user.suspended);
    this.newIds += Number(isNewId);
    this.cutNames += Number(isCutName);
  }

  addProblem(line, { message, kind }) {
    this.invalid += 1;
    this.twice += Number(kind === 'twice');
    if (this.problems.length < LISTED_PROBLEMS) this.problems.push(`line ${line}: ${message}`);
  }

  lines() {
    const row = (what, number) => `  ${what.padEnd(44)} ${number.toLocaleString('en').padStart(10)}`;
    const kinds = [...this.kinds].sort(([, left], [, right]) => right - left);
    const notes = [
      ['administrators among them', this.admins], ['suspended among them', this.suspended],
      ['with a new id: theirs cannot be kept', this.newIds], ['with a name cut to 100 characters', this.cutNames],
    ];
    return [
      row(`In ${this.file}`, this.read),
      row('There already, left as they are', this.existing),
      row('Cannot be imported', this.invalid),
      ...(this.twice > 0 ? [row('  of these an address for the second time', this.twice)] : []),
      row('To import', this.imported),
      ...kinds.map(([kind, number]) => row(`  ${kind}`, number)),
      ...notes.filter(([, number]) => number > 0).map(([what, number]) => row(`  ${what}`, number)),
      ...this.problems.map((problem) => `✘ ${problem}`),
      ...(this.invalid > this.problems.length ? [`✘ and ${(this.invalid - this.problems.length).toLocaleString('en')} more`] : []),
    ];
  }
}
