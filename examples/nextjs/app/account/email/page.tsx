import type { Metadata } from 'next';
import { ButtonForm } from '@/components/button-form';
import { ServiceUnavailable } from '@/components/service-unavailable';
import { readProfile } from '@/lib/account';
import { errorMessage } from '@/lib/request-error';
import { redirectPageIfUnauthorized } from '@/lib/session';
import { sendVerification } from '../actions';
import { AddressForm } from '../forms';

export const metadata: Metadata = { title: 'Your email address' };

export default async function EmailPage() {
  const result = await readProfile();
  redirectPageIfUnauthorized(result);
  return (
    <>
      <h1>Your email address</h1>
      {result.error && <ServiceUnavailable retry="/account/email" message={errorMessage(result.error).message} />}
      {result.data && (
        <section aria-label="Present address" className="card">
          <p><strong>{result.data.email}</strong> <span className="badge">{result.data.email_verified ? 'Verified' : 'Not verified'}</span></p>
          {!result.data.email_verified && <ButtonForm action={sendVerification}>Send me a link to verify it</ButtonForm>}
        </section>
      )}
      <h2>Change it</h2>
      <AddressForm />
    </>
  );
}
