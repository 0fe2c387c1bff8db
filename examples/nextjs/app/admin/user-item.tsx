'use client';
// One user in the administrators' list.

import { Form } from '@/components/form';
import { SubmitButton } from '@/components/submit-button';
import type { ManagedUser } from '@/lib/users';
import { updateUser } from './actions';

interface Props {
  user: Pick<ManagedUser, 'id' | 'email' | 'name' | 'role' | 'suspended' | 'email_verified'>;
  signedUp: string;
  isSelf: boolean;
}

export function UserItem({ user: { id, email, name, role, suspended, email_verified }, signedUp, isSelf }: Props) {
  return (
    <li className="card row">
      <div className="row-text">
        <p>
          <strong>{email}</strong>
          {isSelf && <> <span className="badge">You</span></>}
          {role === 'admin' && <> <span className="badge">Administrator</span></>}
          {suspended && <> <span className="badge badge-danger">Suspended</span></>}
        </p>
        <p className="row-details">{name && <>{name}. </>}Signed up on {signedUp}{!email_verified && ', address not verified'}</p>
      </div>
      {!isSelf && (
        <Form action={updateUser} className="row-form">
          {() => (
            <div className="row-buttons">
              <input type="hidden" name="id" value={id} />
              <SubmitButton name="intent" value="end-sessions" className="button button-quiet" aria-label={`End sessions of ${email}`}>End sessions</SubmitButton>
              {suspended
                ? <SubmitButton name="intent" value="lift" className="button button-quiet" aria-label={`Lift suspension of ${email}`}>Lift suspension</SubmitButton>
                : <SubmitButton name="intent" value="suspend" className="button button-quiet button-danger" aria-label={`Suspend ${email}`}>Suspend</SubmitButton>}
            </div>
          )}
        </Form>
      )}
    </li>
  );
}
