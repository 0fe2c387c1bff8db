"""requests-oauthlib as its documentation shows: the "legacy" client of the password grant. oauthlib prepares a revocation."""

import requests
from common import REVOCATION_URL, TOKEN_URL, error_of, given, list_tasks, report
from oauthlib.oauth2 import InvalidGrantError, LegacyApplicationClient
from requests_oauthlib import OAuth2Session

CLIENT = {"client_id": "web", "client_secret": "of no account"}


def sign_in(password):
    session = OAuth2Session(client=LegacyApplicationClient(client_id=CLIENT["client_id"]))
    session.fetch_token(TOKEN_URL, username=given["username"], password=password, **CLIENT)
    return session


session = sign_in(given["password"])
first = dict(session.token)
second = dict(session.refresh_token(TOKEN_URL, **CLIENT))
signed_in = [list_tasks(first["access_token"]), list_tasks(second["access_token"])]

wrong = error_of(InvalidGrantError, lambda: sign_in(given["wrongPassword"]))
client = LegacyApplicationClient(client_id=CLIENT["client_id"])
url, headers, body = client.prepare_token_revocation_request(REVOCATION_URL, second["refresh_token"], "refresh_token")
requests.post(url, headers=headers, data=body, timeout=30).raise_for_status()

report(
    {
        "signedIn": signed_in,
        "wrong": wrong,
        "revoked": list_tasks(second["access_token"]),
        "afterRevocation": error_of(InvalidGrantError, lambda: session.refresh_token(TOKEN_URL, **CLIENT)),
    }
)
