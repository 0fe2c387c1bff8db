'use client';

import Link from 'next/link';
import { signIn } from '@/app/actions';
import { Field } from '@/components/field';
import { Form } from '@/components/form';
import { Notice } from '@/components/notice';
import { SubmitButton } from '@/components/submit-button';

export function SignInForm() {
  return (
    <Form action={signIn}>
      {(state) => (
        <>
          {state.offersReset && (
            <Notice>
              This device is new to this account, or it has tried too often as well. You need not wait:{' '}
              <Link href="/forgot-password" prefetch={false}>choose a new password by email</Link>, and sign in at once.
            </Notice>
          )}
          <Field name="email" label="Email" type="email" autoComplete="username" required state={state} />
          <Field name="password" label="Password" type="password" autoComplete="current-password" required state={state} />
          <SubmitButton className="button button-primary button-wide">Sign in</SubmitButton>
        </>
      )}
    </Form>
  );
}
