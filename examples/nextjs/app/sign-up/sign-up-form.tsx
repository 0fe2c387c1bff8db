'use client';

import { signUp } from '@/app/actions';
import { Field } from '@/components/field';
import { Form } from '@/components/form';
import { SubmitButton } from '@/components/submit-button';

export function SignUpForm({ passwordRules }: { passwordRules: string }) {
  return (
    <Form action={signUp}>
      {(state) => (
        <>
          <Field name="name" label="Name (optional)" autoComplete="name" state={state} />
          <Field name="email" label="Email" type="email" autoComplete="username" required state={state} />
          <Field name="password" label="Password" type="password" autoComplete="new-password" required hint={passwordRules} state={state} />
          <SubmitButton className="button button-primary button-wide">Create account</SubmitButton>
        </>
      )}
    </Form>
  );
}
