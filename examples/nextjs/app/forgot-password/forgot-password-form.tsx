'use client';

import { sendResetLink } from '@/app/link-actions';
import { Field } from '@/components/field';
import { Form } from '@/components/form';
import { SubmitButton } from '@/components/submit-button';

export function ForgotPasswordForm() {
  return (
    <Form action={sendResetLink}>
      {(state) => (
        <>
          <Field name="email" label="Email" type="email" autoComplete="username" required hint="We send you a link to set a new password." state={state} />
          <SubmitButton className="button button-primary button-wide">Send the link</SubmitButton>
        </>
      )}
    </Form>
  );
}
