'use client';

import { signIn } from '@/app/actions';
import { Field } from '@/components/field';
import { Form } from '@/components/form';
import { SubmitButton } from '@/components/submit-button';

export function SignInForm() {
  return (
    <Form action={signIn}>
      {(state) => (
        <>
          <Field name="email" label="Email" type="email" autoComplete="username" required state={state} />
          <Field name="password" label="Password" type="password" autoComplete="current-password" required state={state} />
          <SubmitButton className="button button-primary button-wide">Sign in</SubmitButton>
        </>
      )}
    </Form>
  );
}
