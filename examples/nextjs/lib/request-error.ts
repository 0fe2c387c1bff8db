// Everything that can go wrong with a request, whoever keeps the accounts, and how a person is told.

export type Problem =
  | { kind: 'unauthorized' }
  | { kind: 'credentials' }
  | { kind: 'taken' }
  | { kind: 'not-found' }
  | { kind: 'fields'; fields: Record<string, string> }
  | { kind: 'limited'; what: string; seconds: number }
  | { kind: 'away' };

/** What a form shows after an attempt: a summary, what is wrong with which field, and what was typed. */
export interface FormState {
  message?: string;
  fields?: Record<string, string>;
  values?: Record<string, string>;
}

export const serviceAway = 'The service cannot be reached at the moment. Please try again in a little while.';

/** The state of a form whose attempt failed. Passwords never come back to the browser. */
export function failed(problem: Problem, form: FormData): FormState {
  const typed = [...form].filter((entry): entry is [string, string] =>
    typeof entry[1] === 'string' && entry[0] !== 'password' && !entry[0].startsWith('$'));
  return { ...inWords(problem), values: Object.fromEntries(typed) };
}

function inWords(problem: Problem): FormState {
  switch (problem.kind) {
    case 'unauthorized': return { message: 'Please sign in again.' };
    case 'credentials': return { message: 'Email or password is wrong.' };
    case 'taken': {
      const taken = 'There is already an account with this email address. Sign in, or use another address.';
      return { message: taken, fields: { email: taken } };
    }
    case 'not-found': return { message: 'This task is not there any more.' };
    case 'fields': {
      const count = Object.keys(problem.fields).length;
      if (count === 0) return { message: 'This cannot be done as it is. Please check what you typed.' };
      return { message: count === 1 ? 'One field needs your attention.' : `${count} fields need your attention.`, fields: problem.fields };
    }
    case 'limited': return { message: `${problem.what}. Try again in ${duration(problem.seconds)}.` };
    case 'away': return { message: serviceAway };
  }
}

/** Rounded up: whoever waits as long as it says is let in. */
function duration(seconds: number): string {
  const [count, unit] = seconds < 60 ? [Math.max(1, seconds), 'second'] : [Math.ceil(seconds / 60), 'minute'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
