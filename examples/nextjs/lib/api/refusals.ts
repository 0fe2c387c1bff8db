// The reasons for which the Worker refuses a valid request, in words for the users of this app.

const messages: Record<string, string> = {
  'Account suspended': 'This account is suspended. Ask the people who run this service.',
  'Admin access required': 'Only administrators can do this.',
  'Email already verified': 'Your email address is verified already.',
  'Email is not configured': 'This service cannot send email yet.',
  'Email not verified': 'Your email address is not verified yet. We have sent you a new link: please check your email.',
  'Invalid or expired token': 'This link has expired, or it has been used. Ask for a new one.',
  'Storage limit reached': 'There is no room for more. Delete some tasks first.',
  'The last administrator cannot be deleted': 'You are the last administrator. Make somebody else an administrator first.',
  'The last administrator cannot be demoted': 'This is the last administrator.',
  'The last administrator cannot be suspended': 'This is the last administrator.',
};

export function refusalMessage(detail: unknown): string | undefined {
  return typeof detail === 'string' && Object.hasOwn(messages, detail) ? messages[detail] : undefined;
}
