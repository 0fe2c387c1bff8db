// The types of the entrypoint `Auth` of worker.js, for Workers that call it through a service binding. Copy this file into another
// repository, or import it as a type from here: it depends on nothing.

/** A user, as a token or its session's account describes them. */
export interface AuthUser {
  /** The token's `sub`, with its issuer's prefix: a UUID for this service's users, any text for another issuer's. */
  readonly id: string;
  readonly email: string | null;
  readonly name: string | null;
  /** The role that counts at edge-auth: `user`, `admin`, or what a trusted issuer's token says. */
  readonly role: string | null;
}

/** The token is valid. */
export interface Verified {
  readonly ok: true;
  readonly user: AuthUser;
  /** The session's id; null for another issuer's token, which is valid by its signature and claims alone. */
  readonly session: string | null;
  /** The token's `iss`. */
  readonly issuer: string | null;
  /** When the token expires, as RFC 3339 in UTC with milliseconds. */
  readonly expires_at: string;
}

/** The token is missing or invalid: answer with this status, `{ detail }` and this header. */
export interface Rejected {
  readonly ok: false;
  readonly status: 401;
  readonly detail: string;
  /** For the header `WWW-Authenticate` (RFC 6750, section 3). */
  readonly www_authenticate: string;
}

/** Nothing is known about the token: edge-auth has failed (500), or asking again later may succeed (503). */
export interface Failed {
  readonly ok: false;
  readonly status: 500 | 503;
  readonly detail: string;
  readonly www_authenticate?: undefined;
}

export type Verification = Verified | Rejected | Failed;

export interface VerifyOptions {
  /**
   * Whether to ask the database if the token's session is active, in one query. Only exactly `false` turns it off: a token is then
   * accepted until it expires, whatever its user has signed out of, and `user` is what its claims said when it was signed.
   */
  readonly checkSession?: boolean;
}

/** The binding: `env.AUTH` where wrangler.toml says `binding = "AUTH"`, `service = "edge-auth"`, `entrypoint = "Auth"`. */
export interface Auth {
  /** Verifies a token. Rejects nothing but a failed call: every failure of edge-auth is a result. */
  verify(token: string, options?: VerifyOptions): Promise<Verification>;
  /** Verifies the token of an `Authorization` header; null where the request has none. */
  authenticate(header: string | null | undefined, options?: VerifyOptions): Promise<Verification>;
}
