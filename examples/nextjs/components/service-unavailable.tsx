// In the place of what could not be fetched. Not an error page: the header and the way to try again stay, also without JavaScript.

import { Alert } from '@/components/alert';
import { serviceAway } from '@/lib/request-error';

export function ServiceAway({ retry, message = serviceAway }: { retry: string; message?: string }) {
  return (
    <div className="away">
      <Alert>{message}</Alert>
      {/* A plain link: the page is asked for anew, whatever the browser keeps. */}
      <a href={retry} className="button">Try again</a>
    </div>
  );
}
