// The interface of an authentication mode. Pages depend on it alone, and work the same over the Worker and over Better Auth.

import type { NextRequest, NextResponse } from 'next/server';
import type { RequestError } from '@/lib/request-error';

export interface User {
  email: string;
  isAdmin: boolean;
}

export interface Credentials {
  email: string;
  password: string;
}

/** `isEmailSent`: the session starts only after the link in that email. */
export type SignUpResult = { error: RequestError } | { error?: undefined; isEmailSent: boolean };

export interface AuthProvider {
  /** Whether the accounts are in the Worker, so that this app has pages for passwords, addresses, sessions and users. */
  hasAccountPages: boolean;
  /** The password rules, as text for the sign-up form. The provider enforces them. */
  passwordRules: string;
  /** `signUp` and `signIn` create a session and set its cookies: for server actions only. */
  signUp(account: Credentials & { name: string }): Promise<SignUpResult>;
  signIn(credentials: Credentials): Promise<RequestError | undefined>;
  /** Ends the session, and deletes its cookies even if the provider is unavailable. */
  signOut(): Promise<void>;
  /** Whether this browser has signed out while the provider was unreachable, so that the session is still active there. */
  isSignOutPending(): Promise<boolean>;
  /** Deletes the cookies of a session that has already ended. */
  clearSession(): Promise<void>;
  currentUser(): Promise<User | undefined>;
  /** Returns a token for the Worker. It never leaves this server. */
  accessToken(): Promise<string | undefined>;
  /** Returns the error to show when the Worker rejects `accessToken`. */
  tokenRejected(): RequestError;
  /** The key set (RFC 7517) that the Worker verifies `accessToken` with, if it does so by public keys. */
  publicKeys(): Promise<object | undefined>;
  /**
   * Called before each page and action: refreshes the session if it is about to expire, and tries a pending sign-out again.
   * `mustCheck` checks the session in any case.
   */
  refreshSession(request: NextRequest, mustCheck: boolean): Promise<SessionRefresh>;
}

export interface SessionRefresh {
  /** `unchanged` also without a session; `unreachable` when the provider did not respond, which ends no session. */
  state: 'unchanged' | 'refreshed' | 'ended' | 'unreachable';
  /** Sets the new cookies on the response. */
  setCookies(response: NextResponse): void;
}

export const unchanged: SessionRefresh = { state: 'unchanged', setCookies() {} };
