#!/bin/sh
# Checks a certificate without poscert: openssl (3.0 or later) and the usual tools of a shell, nothing else.
# Usage: verify-certificate.sh FOLDER PUBLIC_KEY
# PUBLIC_KEY has to come from a place you trust. The poscert.pub beside a certificate proves nothing by itself.
set -eu
LC_ALL=C
export LC_ALL
folder=${1:?usage: verify-certificate.sh FOLDER PUBLIC_KEY}
key=${2:?usage: verify-certificate.sh FOLDER PUBLIC_KEY}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "NOT verified: $1" >&2
  exit 1
}

# The envelope has one member a line; exactly one signature counts.
envelope=$folder/certificate.json
member() { sed -n "s/^ *\"$1\": \"\([^\"]*\)\",\{0,1\}\$/\1/p" "$envelope"; }
[ "$(grep -c '"sig":' "$envelope")" = 1 ] || fail 'certificate.json must have exactly one signature'
type=$(member payloadType)
[ "$type" = application/vnd.in-toto+json ] || fail "unexpected payload type $type"
member payload | openssl base64 -d -A >"$work/payload"
member sig | openssl base64 -d -A >"$work/sig"

# What was signed: DSSEv1, the type and the payload, each with its length (DSSE 1.0.2).
length=$(wc -c <"$work/payload" | tr -d ' ')
printf 'DSSEv1 %s %s %s ' "${#type}" "$type" "$length" >"$work/signed"
cat "$work/payload" >>"$work/signed"
openssl pkeyutl -verify -pubin -inkey "$key" -rawin -in "$work/signed" -sigfile "$work/sig" >/dev/null ||
  fail 'the signature is wrong, or of another key'

# From here on only the signed bytes are believed. They are canonical JSON, so that a digest stands right before its name.
digest() { openssl dgst -sha256 -r "$1" | cut -d' ' -f1; }
check() {
  [ -f "$folder/$1" ] || fail "$1 is missing"
  [ "$(digest "$folder/$1")" = "$2" ] || fail "$1 is not the file that was certified"
}
subjects=$(sed 's/.*,"subject":\[//' "$work/payload" |
  grep -o '"digest":{"sha256":"[0-9a-f]*"},"name":"[A-Za-z0-9._-]*"' |
  sed 's/.*"sha256":"\([0-9a-f]*\)"},"name":"\(.*\)"/\2 \1/')
[ -n "$subjects" ] || fail 'the statement has no subjects'
named=$(sed 's/.*,"subject":\[//' "$work/payload" | grep -o '"name":' | wc -l | tr -d ' ')
[ "$(echo "$subjects" | wc -l | tr -d ' ')" = "$named" ] || fail 'the statement has a subject of another form'
echo "$subjects" >"$work/subjects"
while read -r name sum; do check "$name" "$sum"; done <"$work/subjects"
check pack.sha256 "$(sed 's/.*"policy":{"digest":{"sha256":"\([0-9a-f]*\)".*/\1/' "$work/payload")"
check test-result.intoto.json "$(sed 's/.*"inputAttestations":\[{"digest":{"sha256":"\([0-9a-f]*\)".*/\1/' "$work/payload")"
grep -q '"verificationResult":"PASSED"' "$work/payload" || fail 'the result is not PASSED'

value() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$work/payload"; }
echo "Verified: $(value resourceUri)"
echo "  $(value ranBy)"
echo "  issued $(value timeVerified), serial $(value serial)"
echo "  $(sed 's/.*"verifiedLevels":\[\([^]]*\)\].*/\1/' "$work/payload")"
