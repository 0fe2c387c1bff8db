// The errors that a request can end with, in either authentication mode, and the message a user reads for each.

export type RequestError =
  | { kind: 'unauthorized' }
  | { kind: 'invalid-credentials' }
  | { kind: 'email-taken' }
  | { kind: 'not-found' }
  | { kind: 'invalid-fields'; fields: Record<string, string> }
  | { kind: 'rate-limited'; reason: string; retryAfter: number }
  | { kind: 'wrong-password' }
  /** The service refuses the request for this reason, which `message` puts in words. */
  | { kind: 'refused'; reason: string; message: string }
  | { kind: 'unavailable' };

export interface ErrorMessage {
  message: string;
  /** Messages by field name. */
  fields?: Record<string, string>;
}

export function errorMessage(error: RequestError): ErrorMessage {
  switch (error.kind) {
    case 'unauthorized': return { message: 'Please sign in again.' };
    case 'invalid-credentials': return { message: 'Email or password is wrong.' };
    case 'email-taken': {
      const message = 'There is already an account with this email address. Sign in, or use another address.';
      return { message, fields: { email: message } };
    }
    case 'not-found': return { message: 'This is not there any more.' };
    case 'invalid-fields': {
      const count = Object.keys(error.fields).length;
      if (count === 0) return { message: 'This cannot be done as it is. Please check what you typed.' };
      return { message: count === 1 ? 'One field needs your attention.' : `${count} fields need your attention.`, fields: error.fields };
    }
    case 'wrong-password': {
      const message = 'This is not your current password.';
      return { message, fields: { current_password: message, password: message } };
    }
    case 'refused': return { message: error.message };
    case 'rate-limited': return { message: `${error.reason}. Try again in ${duration(error.retryAfter)}.` };
    case 'unavailable': return { message: 'The service cannot be reached at the moment. Please try again in a little while.' };
  }
}

/** Rounds up, so that a user who waits as long as the message says is not rejected again. */
function duration(seconds: number): string {
  const [count, unit] = seconds < 60 ? [Math.max(1, seconds), 'second'] : [Math.ceil(seconds / 60), 'minute'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
