"""python3 server.py CERTIFICATE KEY [old | uncommon | asking]: TLS on loopback, for certificates and
versions that the library of the tests does not offer. Prints its port, and answers until its input ends."""

import os
import socket
import ssl
import sys
import threading
import warnings

certificate, key, *manner = sys.argv[1:]
warnings.simplefilter("ignore")
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.set_ciphers("DEFAULT:@SECLEVEL=0")
if manner == ["old"]:
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
if manner == ["uncommon"]:
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AES128-SHA:@SECLEVEL=0")
if manner == ["asking"]:
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
context.load_cert_chain(certificate, key)
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)


def leave():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=leave, daemon=True).start()
while True:
    connection, _ = listener.accept()
    try:
        with context.wrap_socket(connection, server_side=True) as secured:
            secured.recv(65536)
            secured.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
    except OSError:
        pass
