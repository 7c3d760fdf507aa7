#!/usr/bin/env perl
# Makes callers in bulk for compare.sh, and says what a system call costs. Perl, since it signs a thousand tokens in the
# time in which a shell signs five; Debian's perl has all it wants.
#
#   callers.pl keys COUNT                             KEY key:ID, one a line
#   callers.pl toml < KEYS                            the same as [[auth.api_keys]] of the gateway
#   callers.pl tokens COUNT EXPIRY SECRET             tokens of as many subjects, each with an id of its own
#   callers.pl token SUBJECT ID EXPIRY SECRET         one token
#   callers.pl addresses COUNT                        addresses from 10.0.0.0 on
#   callers.pl system_call                            nanoseconds of getppid()
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256 sha256_hex);
use MIME::Base64 qw(encode_base64);
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

my $ISSUED = time;

sub base64url {
  my $text = encode_base64($_[0], '');
  $text =~ tr{+/=}{-_}d;
  return $text;
}

my $HEAD = base64url('{"alg":"HS256","typ":"JWT"}');

sub token {
  my ($subject, $id, $expiry, $secret) = @_;
  my $signed = $HEAD . '.' . base64url(sprintf
    '{"iss":"rcommerce","aud":"rcommerce-api","sub":"%s","email":"bench@example.com","token_type":"access",'
      . '"permissions":["products:read"],"jti":"%s","iat":%d,"exp":%d}', $subject, $id, $ISSUED, $expiry);
  return $signed . '.' . base64url(hmac_sha256($signed, $secret));
}

# As many random hexadecimal strings of 32 digits.
sub random {
  my ($count) = @_;
  open my $source, '<:raw', '/dev/urandom' or die "/dev/urandom: $!\n";
  read($source, my $bytes, 16 * $count) == 16 * $count or die "/dev/urandom: too short\n";
  return unpack '(H32)*', $bytes;
}

sub uuid { return join '-', unpack 'A8 A4 A4 A4 A12', $_[0] }

# The best of several, less the loop itself.
sub system_call {
  my $turns = 100_000;
  my $least;
  for (1 .. 9) {
    my $id;
    my $start = clock_gettime(CLOCK_MONOTONIC);
    for my $i (1 .. $turns) { $id = getppid }
    my $middle = clock_gettime(CLOCK_MONOTONIC);
    for my $i (1 .. $turns) { $id = $i }
    my $cost = 2 * $middle - $start - clock_gettime(CLOCK_MONOTONIC);
    $least = $cost if !defined $least || $cost < $least;
  }
  return $least * 1e9 / $turns;
}

my ($what, @of) = @ARGV;
$what //= '';
if ($what eq 'keys') {
  my $caller = 0;
  printf "bench.%s key:c%d\n", $_, ++$caller for random($of[0]);
} elsif ($what eq 'toml') {
  while (<STDIN>) {
    my ($key, $id) = /^(\S+) key:(\S+)$/ or die "callers.pl: line $. is no key\n";
    printf "[[auth.api_keys]]\nid = \"%s\"\nsha256 = \"%s\"\n", $id, sha256_hex($key);
  }
} elsif ($what eq 'tokens') {
  my ($count, $expiry, $secret) = @of;
  my @random = random(2 * $count);
  print token(uuid(shift @random), uuid(shift @random), $expiry, $secret), "\n" for 1 .. $count;
} elsif ($what eq 'token') {
  print token(@of), "\n";
} elsif ($what eq 'addresses') {
  printf "10.%d.%d.%d\n", $_ >> 16, $_ >> 8 & 255, $_ & 255 for 1 .. $of[0];
} elsif ($what eq 'system_call') {
  printf "%.0f\n", system_call();
} else {
  die "callers.pl: $what (expected: keys, toml, tokens, token, addresses or system_call)\n";
}
