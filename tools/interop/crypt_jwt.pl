# Signs and verifies with Crypt::JWT, for tests that prove that a service in Perl needs nothing of ours.
#
# One request a line on standard input, one answer a line on standard output; pyjwt.py says which. KEY is one of {"pem"},
# {"jwk"} and {"secret": base64url}. A refusal gives Crypt::JWT's message without its numbers; anything else that goes
# wrong ends this program.

use strict;
use warnings;

use Crypt::JWT qw(decode_jwt encode_jwt);
use Crypt::Misc qw(decode_b64u der_to_pem encode_b64u);
use Crypt::PK::ECC;
use Crypt::PK::Ed25519;
use Crypt::PK::RSA;
use Crypt::PRNG qw(random_bytes);
use JSON qw(decode_json encode_json);

my %curves = (ES256 => 'secp256r1', ES384 => 'secp384r1', ES512 => 'secp521r1', ES256K => 'secp256k1');
my %actions = (generate => \&generate, sign => \&sign, verify => \&verify);

sub verify {
  my ($request) = @_;
  my $claims = eval {
    decode_jwt(
      token        => $request->{token},
      key          => read_key($request->{key}),
      accepted_alg => $request->{alg},
      verify_iss   => $request->{issuer},
      verify_aud   => $request->{audience},
      verify_exp   => 1,
    );
  };
  return { ok => JSON::true, claims => $claims } if $claims;
  my ($refusal) = $@ =~ /^(JW[ST]: [^(]+?)(?: \(.*\))? at /;
  die $@ unless $refusal;
  return { ok => JSON::false, error => $refusal };
}

sub sign {
  my ($request) = @_;
  my %parts = (alg => $request->{alg}, extra_headers => $request->{header}, payload => $request->{claims});
  return { ok => JSON::true, token => encode_jwt(%parts, key => read_key($request->{key})) };
}

sub read_key {
  my ($key) = @_;
  return \$key->{pem} if exists $key->{pem};
  return exists $key->{jwk} ? $key->{jwk} : decode_b64u($key->{secret});
}

sub generate {
  my ($request) = @_;
  my ($signing, $verification) = generate_keys($request->{alg}, $request->{form});
  return { ok => JSON::true, signing => $signing, verification => $verification };
}

sub generate_keys {
  my ($alg, $form) = @_;
  if ($alg =~ /^HS(\d+)$/) {
    my $secret = encode_b64u(random_bytes($1 / 8));
    my $key = $form eq 'jwk' ? { jwk => { kty => 'oct', k => $secret } } : { secret => $secret };
    return ($key, $key);
  }
  my $pair = generate_pair($alg);
  return map { { jwk => named_jwk($pair->export_key_jwk($_, 1)) } } 'private', 'public' if $form eq 'jwk';
  return map { { pem => $_ } } pems($alg, $pair);
}

# CryptX reads both names of this curve and writes the one that RFC 8812 section 3.1 did not choose.
sub named_jwk {
  my ($jwk) = @_;
  $jwk->{crv} = 'secp256k1' if ($jwk->{crv} // '') eq 'P-256K';
  return $jwk;
}

sub generate_pair {
  my ($alg) = @_;
  return Crypt::PK::ECC->new->generate_key($curves{$alg}) if $curves{$alg};
  return Crypt::PK::Ed25519->new->generate_key if $alg eq 'EdDSA';

  # One for all algorithms, because it takes long.
  our $rsa_key ||= Crypt::PK::RSA->new->generate_key(256, 65537);
  return $rsa_key;
}

# The names of CryptX for the usual forms: curves by name (RFC 5480 section 2.1.1 forbids to spell them out) and the
# labels of RFC 7468, where it would write "ED25519 PRIVATE KEY", or "RSA PUBLIC KEY" over what is none.
sub pems {
  my ($alg, $pair) = @_;
  return map { $pair->export_key_pem($_) } 'private_short', 'public_short' if $curves{$alg};
  return (der_to_pem($pair->export_key_der('private'), 'PRIVATE KEY'), $pair->export_key_pem('public')) if $alg eq 'EdDSA';
  return map { $pair->export_key_pem($_) } 'private', 'public_x509';
}

$| = 1;
while (my $line = <STDIN>) {
  my $request = decode_json($line);
  print encode_json($actions{ $request->{do} }->($request)), "\n";
}
