// Verifying tokens: those of an issuer with public keys, and those of a request to another Worker that asks through the service
// binding. In rounds as the comparison, with 1,000 different tokens of each kind.

import { measureRound, warmUp } from './compare.mjs';
import { circumstances } from './environment.mjs';
import { SIZE, startSubjects, workFolder } from './harness.mjs';
import { publish, toJson } from './report.mjs';
import { issuerSubjects } from './subjects/issuers.mjs';
import { protectedSubjects } from './subjects/protected.mjs';
import { renderTokens } from './tokens-report.mjs';

export async function measureTokens(options) {
  const subjects = [];
  try {
    const wanted = [...issuerSubjects, ...protectedSubjects].filter(({ id }) => options.subjects?.includes(id) ?? true);
    await startSubjects(wanted, subjects, { folder: workFolder(), size: SIZE });
    const rates = await warmUp(subjects, options);
    const measured = subjects.map(({ id, label, bundle }) => ({ id, label, bundle: bundle.kibibytes, rounds: [] }));
    for (let round = 0; round < options.rounds; round += 1) {
      for (const [index, result] of (await measureRound(subjects, round, rates, options)).entries()) measured[index].rounds.push(result);
    }
    const result = { ...circumstances(), rounds: options.rounds, size: SIZE, rates, subjects: measured };
    publish(options.out, 'tokens', { json: toJson(result), ...renderTokens(result) });
  } finally {
    for (const { server } of subjects) await server.stop();
  }
}
