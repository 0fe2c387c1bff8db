"""authlib as its documentation shows: the password grant, a refresh that an expired token starts by itself, and a revocation."""

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from common import REVOCATION_URL, TOKEN_URL, error_of, given, list_tasks, origin, report

credentials = {"username": given["username"]}
updated = []


def session(token=None):
    return OAuth2Session(
        "web",
        token_endpoint_auth_method="none",
        revocation_endpoint_auth_method="none",
        token_endpoint=TOKEN_URL,
        token=token,
        update_token=lambda token, refresh_token=None, access_token=None: updated.append(token),
    )


first = session().fetch_token(password=given["password"], **credentials)

client = session({**first, "expires_at": 1})
automatic = client.get(f"{origin}/api/tasks").status_code
second = updated[0]
signed_in = [list_tasks(first["access_token"]), automatic]

wrong = error_of(OAuthError, lambda: session().fetch_token(password=given["wrongPassword"], **credentials))
client.revoke_token(REVOCATION_URL, token=second["refresh_token"], token_type_hint="refresh_token").raise_for_status()

report(
    {
        "signedIn": signed_in,
        "wrong": wrong,
        "revoked": list_tasks(second["access_token"]),
        "afterRevocation": error_of(OAuthError, lambda: client.refresh_token(refresh_token=second["refresh_token"])),
    }
)
