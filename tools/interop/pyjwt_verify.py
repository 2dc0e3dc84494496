"""Verifies a token with PyJWT, to prove that a service in another language needs nothing of ours.

Usage: pyjwt_verify.py <jwks-url> <audience> <issuer> < token
The token comes on standard input. Prints {"ok": true, "claims": {...}} or {"ok": false, "error": "<class>"}.
With HS256_SECRET (base64url, no padding) in the environment the token is verified with that secret, and the URL is ignored.
"""

import base64
import json
import os
import sys
import urllib.request

import jwt

PUBLIC_KEY_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


def main(jwks_url, audience, issuer):
    token = sys.stdin.read().strip()
    try:
        key, algorithms = find_key(jwks_url, token)
        claims = jwt.decode(
            token,
            key,
            algorithms=algorithms,
            audience=audience,
            issuer=issuer,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
        return {"ok": True, "claims": claims}
    except jwt.PyJWTError as error:
        return {"ok": False, "error": type(error).__name__}


def find_key(jwks_url, token):
    secret = os.environ.get("HS256_SECRET")
    if secret is not None:
        return base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4)), ["HS256"]
    # The key set is on this machine; a proxy of the environment has nothing to do with it.
    urllib.request.install_opener(urllib.request.build_opener(urllib.request.ProxyHandler({})))
    return jwt.PyJWKClient(jwks_url).get_signing_key_from_jwt(token).key, PUBLIC_KEY_ALGORITHMS


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    print(json.dumps(main(*sys.argv[1:])))
