'use client';
// The forms of the account's pages.

import { Field } from '@/components/field';
import { Form } from '@/components/form';
import { SubmitButton } from '@/components/submit-button';
import { changeAddress, changePassword, deleteAccount, saveName } from './actions';

export function NameForm({ name }: { name: string }) {
  return (
    <Form action={saveName} className="card" label="Profile">
      {(state) => (
        <>
          <Field name="name" label="Name (optional)" autoComplete="name" defaultValue={name} state={state} />
          <SubmitButton className="button button-primary">Save the name</SubmitButton>
        </>
      )}
    </Form>
  );
}

export function AddressForm() {
  return (
    <Form action={changeAddress} className="card" label="Change of address">
      {(state) => (
        <>
          <Field name="email" label="New email address" type="email" autoComplete="email" required state={state} />
          <Field name="password" label="Current password" type="password" autoComplete="current-password" required state={state} />
          <SubmitButton className="button button-primary">Change the address</SubmitButton>
        </>
      )}
    </Form>
  );
}

export function PasswordForm({ passwordRules }: { passwordRules: string }) {
  return (
    <Form action={changePassword} className="card" label="Change of password">
      {(state) => (
        <>
          <Field name="current_password" label="Current password" type="password" autoComplete="current-password" required state={state} />
          <Field name="new_password" label="New password" type="password" autoComplete="new-password" required hint={passwordRules} state={state} />
          <SubmitButton className="button button-primary">Change the password</SubmitButton>
        </>
      )}
    </Form>
  );
}

export function DeletionForm() {
  return (
    <Form action={deleteAccount} label="Deletion">
      {(state) => (
        <>
          <Field name="password" label="Current password" type="password" autoComplete="current-password" required state={state} />
          <SubmitButton className="button button-danger">Delete my account for good</SubmitButton>
        </>
      )}
    </Form>
  );
}
