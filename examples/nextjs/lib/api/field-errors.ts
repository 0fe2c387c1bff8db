// Translates the Worker's validation errors (422) into one message per form field. The rules themselves stay in the Worker.

import type { components } from './schema';

type FieldError = components['schemas']['FieldError'];

export function fieldMessages(detail: unknown): Record<string, string> {
  if (!Array.isArray(detail)) return {};
  const errors = detail as FieldError[];
  return Object.fromEntries(errors.map((error) => [String(error.loc.at(-1)), messageOf(error)]));
}

function messageOf({ type, msg }: FieldError): string {
  const limit = Number(msg.match(/\d+/)?.[0] ?? 1);
  switch (type) {
    case 'missing': return 'Please fill this in.';
    case 'string_too_short': return limit > 1 ? `Use at least ${limit} characters.` : 'Please fill this in.';
    case 'string_too_long': return `Use at most ${limit.toLocaleString('en')} characters.`;
    case 'value_error.email': return 'Enter an email address like name@example.com.';
    default: return `${msg.charAt(0).toUpperCase()}${msg.slice(1).replace(/\.$/, '')}.`;
  }
}
