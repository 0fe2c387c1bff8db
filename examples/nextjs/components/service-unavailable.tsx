// Replaces content that could not be loaded. Not an error boundary, so that the header and the link to try again work without
// JavaScript too.

import { Alert } from '@/components/alert';
import { errorMessage } from '@/lib/request-error';

export function ServiceUnavailable({ retry, message = errorMessage({ kind: 'unavailable' }).message }: { retry: string; message?: string }) {
  return (
    <div className="unavailable">
      <Alert>{message}</Alert>
      {/* A plain link instead of <Link>: the browser loads the page again, whatever the router has cached. */}
      <a href={retry} className="button">Try again</a>
    </div>
  );
}
