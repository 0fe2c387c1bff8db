import type { Metadata } from 'next';
import { ButtonForm } from '@/components/button-form';
import { Notice } from '@/components/notice';
import { ServiceUnavailable } from '@/components/service-unavailable';
import { ShrinkingList } from '@/components/shrinking-list';
import { listSessions, type ActiveSession } from '@/lib/account';
import { deviceToken } from '@/lib/auth/device-token';
import { deviceName } from '@/lib/device-name';
import { countryName, formatTime } from '@/lib/format';
import { errorMessage } from '@/lib/request-error';
import { redirectPageIfUnauthorized } from '@/lib/session';
import { endOtherSessions, endSession, forgetDevice } from '../actions';

export const metadata: Metadata = { title: 'Your devices' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function SessionsPage({ searchParams }: Props) {
  const isForgotten = 'forgotten' in (await searchParams);
  const result = await listSessions();
  redirectPageIfUnauthorized(result);
  const sessions = result.data ?? [];
  return (
    <>
      <h1>Your devices</h1>
      {isForgotten && <Notice>This device is forgotten. You are signed in until you sign out.</Notice>}
      {result.error && <ServiceUnavailable retry="/account/sessions" message={errorMessage(result.error).message} />}
      <ShrinkingList label="Devices" count={sessions.length}>
        <ul className="rows">{sessions.map((session) => <Session key={session.id} session={session} />)}</ul>
      </ShrinkingList>
      {(await deviceToken()) && (
        <section aria-labelledby="known" className="card">
          <h2 id="known">This device is known</h2>
          <p>Other people who try your password cannot keep you from signing in here, until you forget this device.</p>
          <div className="after-form"><ButtonForm action={forgetDevice}>Forget this device</ButtonForm></div>
        </section>
      )}
      {sessions.length > 1 && <div className="after-card"><ButtonForm action={endOtherSessions}>Sign out all other devices</ButtonForm></div>}
    </>
  );
}

function Session({ session: { id, current, user_agent, country, created_at, last_used_at } }: { session: ActiveSession }) {
  const device = deviceName(user_agent);
  const place = countryName(country);
  return (
    <li className="card row">
      <div className="row-text">
        <p><strong>{device}</strong> {current && <span className="badge">This device</span>}</p>
        <p className="row-details">
          {place && <>From {place}. </>}Last used <time dateTime={last_used_at}>{formatTime(last_used_at)}</time>,
          signed in <time dateTime={created_at}>{formatTime(created_at)}</time>
        </p>
      </div>
      {!current && (
        <ButtonForm action={endSession} values={{ id }} className="button button-quiet button-danger" name={`Sign out ${device}, last used ${formatTime(last_used_at)}`}>
          Sign out
        </ButtonForm>
      )}
    </li>
  );
}
