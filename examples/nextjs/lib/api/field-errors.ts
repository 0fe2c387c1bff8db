// The Worker's validation errors, field by field, as a person would say them. The rules themselves stay where they are kept.

import type { components } from './schema';

type FieldProblem = components['schemas']['FieldError'];

export function fieldsInWords(detail: unknown): Record<string, string> {
  if (!Array.isArray(detail)) return {};
  const problems = detail as FieldProblem[];
  return Object.fromEntries(problems.map((problem) => [String(problem.loc.at(-1)), inWords(problem)]));
}

function inWords({ type, msg }: FieldProblem): string {
  const limit = Number(msg.match(/\d+/)?.[0] ?? 1);
  switch (type) {
    case 'missing': return 'Please fill this in.';
    case 'string_too_short': return limit > 1 ? `Use at least ${limit} characters.` : 'Please fill this in.';
    case 'string_too_long': return `Use at most ${limit.toLocaleString('en')} characters.`;
    case 'value_error.email': return 'Enter an email address like name@example.com.';
    default: return `${msg.charAt(0).toUpperCase()}${msg.slice(1).replace(/\.$/, '')}.`;
  }
}
