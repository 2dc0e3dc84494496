# Signs and verifies with ruby-jwt, for tests that prove that a service in Ruby needs nothing of ours.
#
# One request a line on standard input, one answer a line on standard output; pyjwt.py says which. KEY is one of {"pem"},
# {"jwk"} and {"secret": base64url}. A refusal names the class of ruby-jwt's error; anything else that goes wrong ends
# this program.

require "json"
require "jwt"
require "openssl"

CURVES = { "ES256" => "prime256v1", "ES384" => "secp384r1", "ES512" => "secp521r1", "ES256K" => "secp256k1" }.freeze

def answer(request)
  case request["do"]
  when "generate" then generate(*request.values_at("alg", "form"))
  when "sign" then sign(*request.values_at("alg", "key", "header", "claims"))
  when "verify" then verify(*request.values_at("alg", "key", "token", "issuer", "audience"))
  end
end

def verify(alg, key, token, issuer, audience)
  expected = { algorithm: alg, iss: issuer, verify_iss: true, aud: audience, verify_aud: true }
  claims, = JWT.decode(token, read_key(key), true, expected)
  { ok: true, claims: claims }
rescue JWT::DecodeError => error
  { ok: false, error: error.class.name }
end

def sign(alg, key, header, claims)
  { ok: true, token: JWT.encode(claims, read_key(key), alg, header) }
end

def read_key(key)
  return OpenSSL::PKey.read(key["pem"]) if key["pem"]
  return JWT::JWK.import(key["jwk"]).keypair if key["jwk"]

  key["secret"].tr("-_", "+/").unpack1("m")
end

def generate(alg, form)
  if alg.start_with?("HS")
    secret = { secret: [OpenSSL::Random.random_bytes(alg[2..].to_i / 8)].pack("m0").tr("+/", "-_").delete("=") }
    return { ok: true, signing: secret, verification: secret }
  end
  key = generate_pair(alg)
  { ok: true, signing: form == "pem" ? { pem: key.to_pem } : { jwk: private_jwk(alg, key) },
    verification: form == "pem" ? { pem: key.public_to_pem } : { jwk: JWT::JWK.new(key).export } }
end

# ruby-jwt drops leading zeros of a private number, which RFC 7518 section 6.2.2.1 demands; P-521 has one in every
# second key.
def private_jwk(alg, key)
  jwk = JWT::JWK.new(key).export(include_private: true)
  return jwk unless CURVES.key?(alg)

  jwk.merge(d: [key.private_key.to_s(2).rjust((key.group.degree + 7) / 8, "\0")].pack("m0").tr("+/", "-_").delete("="))
end

def generate_pair(alg)
  return OpenSSL::PKey::EC.generate(CURVES.fetch(alg)) if CURVES.key?(alg)

  # One for all algorithms, because it takes long.
  @rsa_key ||= OpenSSL::PKey::RSA.generate(2048)
end

$stdout.sync = true
$stdin.set_encoding("UTF-8")
$stdin.each_line { |line| puts JSON.generate(answer(JSON.parse(line))) }
