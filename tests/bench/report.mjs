// To come.
import { pairedRatio, summary } from './statistics.mjs';
import { ROWS } from './options.mjs';

export async function report({ measured, rates, options }) {
  const base = measured.find(({ id }) => id === 'hono');
  const values = (one, pick) => one.rounds.map((round) => { try { return pick(round); } catch { return undefined; } });
  for (const row of options.rows) {
    console.log(`\n${ROWS[row]} ${rates[row] ?? ''}`);
    for (const one of measured) {
      const cells = [];
      for (const [name, pick] of Object.entries({
        cpu8: (r) => r.rows[row][8].cpu, cpu32: (r) => r.rows[row][32].cpu, rps8: (r) => r.rows[row][8].perSecond,
        p50: (r) => r.rows[row].atRate.p50, p99: (r) => r.rows[row].atRate.p99, signin: (r) => r.rows[row].alone.p50, signinCpu: (r) => r.rows[row].alone.cpu / 1000 })) {
        const s = summary(values(one, pick));
        if (s) cells.push(`${name} ${s.median.toFixed(2)} [${s.min.toFixed(2)}–${s.max.toFixed(2)}] ×${(base ? pairedRatio(values(one, pick), values(base, pick)) : undefined)?.median.toFixed(2)}`);
      }
      if (cells.length) console.log('  ', one.label.padEnd(36), cells.join('  '));
    }
  }
  for (const one of measured) console.log(one.label, one.bundle, summary(values(one, (r) => r.memory))?.median, summary(values(one, (r) => r.firstAnswer))?.median);
}
