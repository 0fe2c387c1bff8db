// What the pages ask of whoever keeps the accounts: the Worker itself, or Better Auth. They know nothing else of it.

import type { NextRequest, NextResponse } from 'next/server';
import type { Problem } from '@/lib/request-error';

export interface User {
  email: string;
}

export interface Credentials {
  email: string;
  password: string;
}

export interface Auth {
  /** The rules for a password, for people. They are kept where the account is kept. */
  passwordRules: string;
  /** Each of these two opens a session and sets its cookies: for server actions only. */
  signUp(account: Credentials & { name: string }): Promise<Problem | undefined>;
  signIn(credentials: Credentials): Promise<Problem | undefined>;
  /** Ends the session, and forgets its cookies even if nobody could be told. */
  signOut(): Promise<void>;
  /** Forgets a session that is over already. */
  forget(): Promise<void>;
  currentUser(): Promise<User | undefined>;
  /** A token for the Worker. It never leaves this server. */
  accessToken(): Promise<string | undefined>;
  /** What it means that the Worker refuses `accessToken`. */
  refusal(): Problem;
  /** Called before each page and action: brings the session up to date, `now` even if it looks good. */
  renew(request: NextRequest, now: boolean): Promise<Renewal>;
}

export interface Renewal {
  /** `kept` also where there is no session; `unreachable` where nobody could be asked, which ends none. */
  state: 'kept' | 'renewed' | 'ended' | 'unreachable';
  /** Sets the cookies that the browser gets. */
  write(response: NextResponse): void;
}

export const kept: Renewal = { state: 'kept', write() {} };
