'use client';

import { setPassword } from '@/app/link-actions';
import { Field } from '@/components/field';
import { Form } from '@/components/form';
import { SubmitButton } from '@/components/submit-button';

export function ResetPasswordForm({ passwordRules }: { passwordRules: string }) {
  return (
    <Form action={setPassword}>
      {(state) => (
        <>
          <Field name="password" label="New password" type="password" autoComplete="new-password" required hint={passwordRules} state={state} />
          <p className="hint">You will be signed out on every device.</p>
          <SubmitButton className="button button-primary button-wide">Save the password</SubmitButton>
        </>
      )}
    </Form>
  );
}
