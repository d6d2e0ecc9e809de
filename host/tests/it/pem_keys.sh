#!/bin/sh
# Makes pem_keys.txt with OpenSSL 3: public keys and certificates, each behind a line with its name. The private halves are not kept.
set -eu
out=$(cd "$(dirname "$0")" && pwd)/pem_keys.txt
cd "$(mktemp -d)"
new() { openssl genpkey -out key "$@" 2>/dev/null; }
put() { echo "== $1" && cat; }
spki() { openssl pkey -in key -pubout | put "$1"; }
cert() { openssl req -x509 -new -key key -subj "/O=Adarga/CN=$1" -days 36500 2>/dev/null | put "$1 certificate"; }
{
    for bits in 1024 2048 4096; do
        new -algorithm RSA -pkeyopt rsa_keygen_bits:$bits
        spki "rsa $bits"
        openssl rsa -in key -RSAPublicKey_out 2>/dev/null | put "rsa $bits pkcs1"
        cert "rsa $bits"
    done
    for curve in P-256 P-384 P-521 secp256k1; do
        new -algorithm EC -pkeyopt ec_paramgen_curve:$curve
        spki "$curve"
        cert "$curve"
        [ $curve = P-256 ] || continue
        openssl ec -in key -pubout -conv_form compressed 2>/dev/null | put "$curve compressed"
        openssl ec -in key -pubout -param_enc explicit 2>/dev/null | put "$curve explicit"
    done
    for curve in ed25519 ed448 x25519 x448; do
        new -algorithm $curve
        spki $curve
        # only a key that signs can have a certificate of its own
        case $curve in ed*) cert $curve && mv key signer && openssl req -new -key signer -subj /CN=x -out request ;; x*)
            openssl pkey -in key -pubout -out pub
            openssl x509 -req -in request -force_pubkey pub -signkey signer -days 36500 2>/dev/null | put "$curve certificate" ;;
        esac
    done
    new -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048
    spki "rsa-pss"
    openssl dsaparam -out parameters 1024 2>/dev/null
    openssl gendsa -out key parameters 2>/dev/null
    spki "dsa"
} >"$out"
