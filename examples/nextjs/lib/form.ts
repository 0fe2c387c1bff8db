// Form input and the state a form shows after a failed submission. Validation is left to the API.

import { errorMessage, type ErrorMessage, type RequestError } from './request-error';

/** Empty before the first submission. `values` are the submitted fields, so that the user need not type them again. */
export interface FormState extends Partial<ErrorMessage> {
  /** What the submission did, where the same page stays. */
  done?: string;
  /** Whether the sign-in's attempts are used up, so that only a new password lets the user in at once. */
  offersReset?: boolean;
  values?: Record<string, string>;
}

/** Returns a text field, or '' for a missing one or a file, which only a crafted request sends. */
export function textField(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

/** Returns the state of a form whose submission failed. Passwords are never sent back to the browser. */
export function errorState(error: RequestError, form: FormData): FormState {
  const values = [...form].filter((entry): entry is [string, string] =>
    typeof entry[1] === 'string' && !entry[0].endsWith('password') && !entry[0].startsWith('$'));
  return { ...errorMessage(error), values: Object.fromEntries(values) };
}
