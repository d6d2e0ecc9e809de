"""Servers over TLS for `adarga doctor --url`, each in a thread: certificates by an authority of the test, answers as a gate gives them."""

import datetime
import pathlib
import shutil
import socket
import ssl
import subprocess
import threading

from harness import Skipped

ACCEPTED_HOST, REFUSAL = "localhost", 403


def openssl(*arguments, folder):
    done = subprocess.run(["openssl", *map(str, arguments)], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def authority(folder):
    """`ca.pem` and what signs with it, in `folder`."""
    if not shutil.which("openssl"):
        raise Skipped("there is no `openssl` to make certificates with")
    folder = pathlib.Path(folder)
    (folder / "db").mkdir()
    (folder / "db" / "index").touch()
    (folder / "ca.cnf").write_text("""
[ca]
default_ca = own
[own]
dir = .
database = db/index
new_certs_dir = db
rand_serial = yes
default_md = sha256
policy = any
x509_extensions = leaf
unique_subject = no
copy_extensions = copy
[any]
commonName = supplied
[leaf]
basicConstraints = CA:false
""")
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
            "-subj", "/CN=Test Authority", "-days", "3650", folder=folder)
    return folder / "ca.pem"


def certificate(ca, name="localhost", days=365, begins=-3):
    """The files of a certificate that holds from `begins` to `days`, counted from today, and of its key."""
    folder = pathlib.Path(ca).parent
    base = f"{name}.{days}"
    openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{base}.key", "-out",
            f"{base}.csr", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", folder=folder)
    now = datetime.datetime.now(datetime.timezone.utc)
    # an hour more, so that a slow machine counts the same days
    start, end = ((now + datetime.timedelta(days=day, hours=1)).strftime("%y%m%d%H%M%SZ") for day in (begins, days))
    openssl("ca", "-batch", "-config", "ca.cnf", "-in", f"{base}.csr", "-cert", "ca.pem", "-keyfile", "ca.key", "-startdate", start,
            "-enddate", end, "-out", f"{base}.pem", "-notext", folder=folder)
    return folder / f"{base}.pem", folder / f"{base}.key"


def listening(serve):
    """Calls `serve` with each connection, in threads; gives the port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def one(connection):
        with connection:
            connection.settimeout(10)
            try:
                serve(connection)
            except OSError:  # what the other side gave up
                pass

    def accept():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


def https(files, least=ssl.TLSVersion.TLSv1_2, most=ssl.TLSVersion.TLSv1_3, ciphers=None, gate=True, transport="max-age=31536000"):
    """A server; with `gate` it refuses foreign origins and hosts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if ciphers:
        context.set_ciphers(ciphers)
    context.minimum_version, context.maximum_version = least, most
    context.load_cert_chain(*files)

    def serve(connection):
        with context.wrap_socket(connection, server_side=True) as stream:
            request = b""
            while b"\r\n\r\n" not in request:
                piece = stream.recv(4096)
                if not piece:
                    return
                request += piece
            headers = dict(line.lower().split(": ", 1) for line in request.decode().split("\r\n\r\n")[0].split("\r\n")[1:])
            foreign = "origin" in headers or headers["host"].split(":")[0] != ACCEPTED_HOST
            status = REFUSAL if gate and foreign else 401
            more = f"Strict-Transport-Security: {transport}\r\n" if transport else ""
            stream.sendall(f"HTTP/1.1 {status} Said\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())

    return listening(serve)


def old(version):
    """A server that answers a ClientHello whose newest version is `version` (two bytes) with a ServerHello, and others with an alert."""

    def serve(connection):
        header = connection.recv(5, socket.MSG_WAITALL)
        if not header:  # whoever only wanted to know whether the port is open
            return
        hello = connection.recv(int.from_bytes(header[3:5], "big"), socket.MSG_WAITALL)
        assert hello[0] == 1 and int.from_bytes(hello[1:4], "big") == len(hello) - 4
        modern = b"\x00\x2b" in hello[39:]  # about enough to know `supported_versions`
        if hello[4:6] == version and not modern:
            body = version + bytes(32) + b"\0" + b"\x00\x2f" + b"\0"
            message = b"\x02" + len(body).to_bytes(3, "big") + body
            connection.sendall(b"\x16" + version + len(message).to_bytes(2, "big") + message)
        else:
            connection.sendall(b"\x15\x03\x01\x00\x02\x02\x46")

    return listening(serve)
