"""What both Python programs share: their input, and the request that shows whether a token is valid."""

import json
import sys

import requests

given = json.load(sys.stdin)
origin = given["origin"]
TOKEN_URL = f"{origin}/auth/token"
REVOCATION_URL = f"{origin}/auth/revoke"


def list_tasks(access_token):
    headers = {"Authorization": f"Bearer {access_token}"}
    return requests.get(f"{origin}/api/tasks", headers=headers, timeout=30).status_code


def error_of(error_class, work):
    """The code of the error that `work` raises; anything but `error_class` ends the program."""
    try:
        work()
    except error_class as error:
        return error.error
    return None


def report(outcome):
    json.dump(outcome, sys.stdout)
