// Compares this Worker with what else one could have written, in one run. Called by `npm run bench`, which sets everything up;
// with everything set up also by itself:
//
//   npm run bench                                                  the whole comparison
//   npm run bench -- --only list,verify --rounds 3                 some rows
//   npm run bench -- --contestants edge-auth,hono,floor --quick    some contestants, for a short time
//   npm run bench -- growth                                        how the cost grows with the data
//   npm run bench -- profile                                       whose code the time goes to
//
// The results of a whole run are written to tests/bench/results/; --out FOLDER writes any run's, --no-out none.

import { main } from '../../scripts/shared.mjs';
import { compare } from './compare.mjs';
import { grow } from './growth.mjs';
import { stopGenerator } from './load.mjs';
import { parseOptions } from './options.mjs';
import { profile } from './profile.mjs';

const RUNS = { comparison: compare, growth: grow, profile };

// What was started ends with this process, and what was written goes: both happen on exit.
for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]]) process.once(signal, () => process.exit(code));

main(async () => {
  const options = parseOptions(process.argv.slice(2));
  try {
    await RUNS[options.kind](options);
  } finally {
    stopGenerator();
  }
});
