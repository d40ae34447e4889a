#!/bin/sh
# Makes the certificates that the tests cannot make by a library: a weak key, SHA-1, and X.509 version 1. They are valid for
# a hundred years. Run it in this folder. The keys are for tests alone.
set -e
name() { printf 'subjectAltName=IP:127.0.0.1,DNS:localhost\nbasicConstraints=CA:FALSE\n'; }
leaf() {
    openssl req -new -newkey "rsa:$2" -nodes -keyout "$1.key" -out leaf.csr -subj "/CN=$1"
    name > leaf.ext
    openssl x509 -req "-$3" -in leaf.csr -CA ca.pem -CAkey ca.key -set_serial "$4" -out "$1.pem" -days 36500 -extfile leaf.ext
}
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 36500 -subj "/CN=Test CA" \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign"
leaf fine 2048 sha256 1
leaf weak 1024 sha256 2
leaf sha1 2048 sha1 3
openssl req -new -newkey rsa:2048 -nodes -keyout version1.key -out leaf.csr -subj "/CN=localhost"
openssl x509 -req -in leaf.csr -signkey version1.key -out version1.pem -days 36500
rm -f leaf.csr leaf.ext ca.key
