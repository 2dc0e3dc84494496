"""Signs and verifies with PyJWT, for tests that prove that a service in Python needs nothing of ours.

One request a line on standard input, one answer a line on standard output, both JSON:

    {"do": "generate", "alg", "form"}                          -> {"ok": true, "signing": KEY, "verification": KEY}
    {"do": "sign", "alg", "key": KEY, "header", "claims"}      -> {"ok": true, "token"}
    {"do": "verify", "alg", "key": KEY, "token", "issuer", "audience"} -> {"ok": true, "claims"} or {"ok": false, "error"}

KEY is one of {"pem"}, {"jwk"}, {"secret": base64url} and, to verify, {"jwksUrl"}. A refusal names the class of PyJWT's
error; anything else that goes wrong ends this program.
"""

import base64
import json
import secrets
import sys
import urllib.request

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import get_default_algorithms

ALGORITHMS = get_default_algorithms()
CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1, "ES256K": ec.SECP256K1}


def answer(request):
    return {"generate": generate, "sign": sign, "verify": verify}[request.pop("do")](**request)


def verify(alg, key, token, issuer, audience):
    try:
        key = read_key(alg, key, token)
        required = ["exp", "iat", "iss", "aud", "sub"]
        options = {"require": required}
        claims = jwt.decode(token, key, algorithms=[alg], issuer=issuer, audience=audience, options=options)
        return {"ok": True, "claims": claims}
    except jwt.PyJWTError as error:
        return {"ok": False, "error": type(error).__name__}


def sign(alg, key, header, claims):
    return {"ok": True, "token": jwt.encode(claims, read_key(alg, key), algorithm=alg, headers=header)}


def read_key(alg, key, token=None):
    if "jwksUrl" in key:
        return key_of_set(key["jwksUrl"], token)
    if "jwk" in key:
        return ALGORITHMS[alg].from_jwk(json.dumps(key["jwk"]))
    return key["pem"] if "pem" in key else base64.urlsafe_b64decode(key["secret"] + "==")


def key_of_set(url, token):
    # The key set is on this machine; a proxy of the environment has nothing to do with it.
    urllib.request.install_opener(urllib.request.build_opener(urllib.request.ProxyHandler({})))
    return jwt.PyJWKClient(url).get_signing_key_from_jwt(token).key


def generate(alg, form):
    if alg.startswith("HS"):
        secret = generate_secret(alg, form)
        return {"ok": True, "signing": secret, "verification": secret}
    key = generate_pair(alg)
    if form == "pem":
        return {"ok": True, "signing": private_pem(key), "verification": public_pem(key)}
    signing, verification = jwk_of(alg, key), jwk_of(alg, key.public_key())
    if all(has_full_length(alg, jwk) for jwk in (signing, verification)):
        return {"ok": True, "signing": {"jwk": signing}, "verification": {"jwk": verification}}
    return generate(alg, form)


def has_full_length(alg, jwk):
    """Whether the numbers of a curve have the length that RFC 7518 sections 6.2.1 and 6.2.2 demand.

    PyJWT up to 2.10 drops their leading zeros, which happens to most keys of P-521.
    """
    if alg not in CURVES:
        return True
    length = (CURVES[alg].key_size + 7) // 8
    return all(len(base64.urlsafe_b64decode(jwk[name] + "==")) == length for name in "xyd" if name in jwk)


def jwk_of(alg, key):
    return json.loads(ALGORITHMS[alg].to_jwk(key))


def generate_secret(alg, form):
    secret = secrets.token_bytes(int(alg[2:]) // 8)
    if form == "jwk":
        return {"jwk": jwk_of(alg, secret)}
    return {"secret": base64.urlsafe_b64encode(secret).rstrip(b"=").decode()}


def generate_pair(alg):
    if alg in CURVES:
        return ec.generate_private_key(CURVES[alg]())
    return ed25519.Ed25519PrivateKey.generate() if alg == "EdDSA" else rsa_key()


def rsa_key(kept=[]):
    """One for all algorithms, because it takes long."""
    if not kept:
        kept.append(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    return kept[0]


def private_pem(key):
    unencrypted = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    return {"pem": key.private_bytes(serialization.Encoding.PEM, form, unencrypted).decode()}


def public_pem(key):
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return {"pem": key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()}


for line in sys.stdin.buffer:
    print(json.dumps(answer(json.loads(line))), flush=True)
