"""The production checklist with a live server behind a URL: what is offered, shown and refused."""

import json
import ssl
import time
import warnings

from harness import fresh, run
from test_doctor import good
from tls_server import authority, certificate, https, listening, old

TLS, CERTIFICATE, HEADERS = "Transport encryption (TLS/SSL) enabled", "Certificate management and rotation", "Security headers configured (if using HTTP)"
made = {}


def ca():
    """The authority of these tests."""
    if "ca" not in made:
        import tempfile  # not beneath the folder of one test, which ends with it

        made["folder"] = tempfile.TemporaryDirectory()
        made["ca"] = authority(made["folder"].name)
    return made["ca"]


def looked_at(port, *changes, seconds=5, trusted=True, url="https://localhost:{port}/mcp"):
    """State and notes of each of the three items, and the whole report."""
    more = ["--ca", ca()] if trusted else []
    done = run("doctor", "--json", "--timeout", str(seconds), "--url", url.format(port=port), *more, good(*changes), seconds=60)
    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    items = {item["item"]: (item["state"], " ".join(item["notes"])) for item in report["items"]}
    assert done.returncode == (1 if report["wrong"] else 0), done
    return [items[name] for name in (TLS, CERTIFICATE, HEADERS)] + [report]


def test_a_server_in_order():
    tls, shown, headers, report = looked_at(https(certificate(ca())))
    assert tls[0] == "ok" and "speaks TLS 1.2, TLS 1.3 and refuses TLS 1.0, TLS 1.1" in tls[1], tls
    assert shown[0] == "ok" and "lasts 365 days" in shown[1], shown
    assert headers[0] == "ok" and "`Origin: https://adarga.invalid` is refused (403), `Host: adarga.invalid` is refused (403)" in headers[1], headers
    assert report["wrong"] == 0 and report["warning"] == 0


def test_certificates_that_nobody_should_trust():
    for port, trusted, said in [
        (https(certificate(ca(), days=-2, begins=-20)), True, "has expired (its own ended 2 days ago)"),
        (https(certificate(ca(), name="other.example")), True, "one of another name"),
        (https(certificate(ca(), begins=2)), True, "does not hold yet"),
        (https(certificate(ca())), False, "no trusted authority"),
    ]:
        _, shown, _, _ = looked_at(port, trusted=trusted)
        assert shown[0] == "wrong" and said in shown[1], (said, shown)


def test_a_certificate_that_ends_soon_is_a_warning():
    port = https(certificate(ca(), days=20))
    _, shown, _, report = looked_at(port)
    assert shown[0] == "warning" and "within 30 days (its own lasts 20 days)" in shown[1], shown
    assert report["wrong"] == 0 and report["warning"] == 1
    table = run("doctor", "--url", f"https://localhost:{port}/mcp", "--ca", ca(), good())
    assert table.returncode == 0 and f"  warning {CERTIFICATE}\n" in table.stdout and table.stdout.endswith(", 1 warning\n"), table


def test_old_versions_of_tls_are_found():
    if ssl.HAS_TLSv1 and ssl.HAS_TLSv1_1:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            port = https(certificate(ca()), least=ssl.TLSVersion.TLSv1, ciphers="ALL:@SECLEVEL=0")
        tls, _, _, _ = looked_at(port)
        assert tls[0] == "wrong" and "TLS 1.0 is accepted" in tls[1] and "TLS 1.1 is accepted" in tls[1], tls
    for version, name, other in [(b"\x03\x01", "TLS 1.0", "TLS 1.1"), (b"\x03\x02", "TLS 1.1", "TLS 1.0")]:
        tls, shown, headers, _ = looked_at(old(version))
        assert tls[0] == "wrong" and f"{name} is accepted" in tls[1] and f"{other} is accepted" not in tls[1], tls
        assert "neither TLS 1.2 nor a later version" in tls[1] and shown[0] == "wrong" and headers[0] == "wrong", (tls, shown, headers)


def test_the_policy_says_which_version_is_the_oldest():
    asked = ("[http]", '[http]\ntls_min = "1.3"')
    both, newer = https(certificate(ca())), https(certificate(ca()), least=ssl.TLSVersion.TLSv1_3)
    tls = looked_at(both, asked)[0]
    assert tls[0] == "wrong" and "TLS 1.2 is accepted, and `[http] tls_min` is TLS 1.3" in tls[1], tls
    assert looked_at(newer, asked)[0][0] == "ok" and looked_at(newer)[0][0] == "ok"
    older = https(certificate(ca()), most=ssl.TLSVersion.TLSv1_2)
    assert looked_at(older)[0][0] == "ok" and "neither TLS 1.3" in looked_at(older, asked)[0][1]
    assert "`1.1`" in run("doctor", good(("[http]", '[http]\ntls_min = "1.1"'))).stderr


def test_foreign_origins_and_hosts_have_to_be_refused():
    _, _, headers, _ = looked_at(https(certificate(ca()), gate=False, transport=None))
    assert headers[0] == "wrong", headers
    for said in ["`Origin: https://adarga.invalid` is not refused", "`Host: adarga.invalid` is not refused", "no `Strict-Transport-Security`"]:
        assert said in headers[1], (said, headers)
    for transport, said in [(None, "no `Strict-Transport-Security`"), ("max-age=0", "for no time")]:
        _, _, headers, _ = looked_at(https(certificate(ca()), transport=transport))
        assert headers[0] == "warning" and said in headers[1], headers


def test_plain_http_and_servers_that_are_away():
    for url in ("http://localhost:{port}/mcp", "http://mcp.example.com/mcp?token=hidden"):
        tls, shown, headers, report = looked_at(1, url=url, trusted=False)
        assert tls[0] == shown[0] == headers[0] == "wrong" and "plain HTTP" in tls[1] and "hidden" not in json.dumps(report), tls
    tls, _, _, _ = looked_at(1, seconds=2**64 - 1)  # no longer than an hour
    assert tls[0] == "wrong" and "the connection failed" in tls[1], tls


def test_a_server_that_says_nothing_ends_with_its_time():
    start = time.monotonic()
    tls, shown, headers, _ = looked_at(listening(lambda connection: time.sleep(8)), seconds=1)
    assert time.monotonic() - start < 15
    assert tls[0] == "wrong" and "TLS 1.0 could not be tried: no complete answer in time" in tls[1], tls
    assert "no handshake came about" in shown[1] and "a ping is not answered" in headers[1], (shown, headers)


def test_wrong_uses_are_told():
    for arguments, said in [
        (("--url", "ftp://example.com"), "`--url`"),
        (("--url", "https://localhost:1/", "--ca", "/nonexistent"), "`--ca`"),
        (("--url", "https://localhost:1/", "--ca", fresh("ca.pem", "nothing\n")), "no certificates in PEM"),
        (("--ca", "ca.pem"), "--url"),
    ]:
        done = run("doctor", *arguments, good())
        assert done.returncode == 2 and said in done.stderr, (arguments, done)
