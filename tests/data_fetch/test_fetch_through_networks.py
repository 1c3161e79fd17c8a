"""Redirects, certificates, proxies, log-in pages: what lies between us and the file."""

import gzip

import pytest
from faulty_server import CERTIFICATE, Fault

import data_fetch
from data_fetch.errors import ServerTrouble, UnsafeRedirect


def test_redirects_are_followed(server, tiny, hurried):
    server.always["/old"] = Fault(status=302, headers={"Location": "/tiny.bin"})
    server.faults["/tiny.bin"] = [Fault(status=301, headers={"Location": server.url("/old")})]
    folder = data_fetch.fetch("tiny", patience=hurried, quiet=True)
    assert (folder / "tiny.bin").read_bytes() == tiny


def test_redirects_in_a_circle_are_told(server, tiny, hurried):
    server.always["/tiny.bin"] = Fault(status=302, headers={"Location": "/tiny.bin"})
    with pytest.raises(UnsafeRedirect, match="round in circles"):
        data_fetch.fetch("tiny", patience=hurried, quiet=True)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x"])
def test_redirects_to_other_than_the_web_are_refused(server, tiny, hurried, target):
    server.always["/tiny.bin"] = Fault(status=302, headers={"Location": target})
    with pytest.raises(UnsafeRedirect, match="no web address"):
        data_fetch.fetch("tiny", patience=hurried, quiet=True)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_https_with_a_certificate_from_the_environment(
    secure_server, register, noise, hurried, monkeypatch, variable
):
    body = noise(1000)
    secure_server.files["/f"] = body
    register("f", files=[{"name": "f.bin", "urls": [secure_server.url("/f")]}])
    with pytest.raises(ServerTrouble, match=r"certificate of .* is not trusted.*REQUESTS_CA_BUNDLE"):
        data_fetch.fetch("f", patience=hurried, quiet=True)
    monkeypatch.setenv(variable, str(CERTIFICATE))
    assert (data_fetch.fetch("f", patience=hurried, quiet=True) / "f.bin").read_bytes() == body


def test_https_is_not_left_for_http(secure_server, server, register, noise, hurried, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))
    server.files["/f"] = noise(1000)
    secure_server.always["/f"] = Fault(status=302, headers={"Location": server.url("/f")})
    register("f", files=[{"name": "f.bin", "urls": [secure_server.url("/f")]}])
    with pytest.raises(UnsafeRedirect, match=r"from https to http .* refused"):
        data_fetch.fetch("f", patience=hurried, quiet=True)
    assert server.asked == []


def test_http_may_lead_to_https(secure_server, server, register, noise, hurried, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))
    body = noise(1000)
    secure_server.files["/f"] = body
    server.always["/f"] = Fault(status=307, headers={"Location": secure_server.url("/f")})
    register("f", files=[{"name": "f.bin", "urls": [server.url("/f")]}])
    assert (data_fetch.fetch("f", patience=hurried, quiet=True) / "f.bin").read_bytes() == body


def test_a_log_in_page_is_not_taken_for_the_file(server, tiny, hurried):
    page = b"<html>log in</html>"
    server.always["/tiny.bin"] = Fault(body=page, headers={"Content-Type": "text/html; charset=utf-8"})
    with pytest.raises(ServerTrouble, match=r"sends a web page in place of tiny\.bin"):
        data_fetch.fetch("tiny", patience=hurried, quiet=True)


@pytest.mark.parametrize("name", ["f.bin", "f.tar.gz"])
def test_a_compressed_transfer_is_refused_unless_the_file_itself_is_meant(server, register, hurried, name):
    server.files["/f"] = gzip.compress(b"as it is on the server")
    server.always["/f"] = Fault(headers={"Content-Encoding": "gzip"})
    register("f", files=[{"name": name, "urls": [server.url("/f")]}])
    if name == "f.bin":
        with pytest.raises(ServerTrouble, match=r"insists on sending f\.bin compressed"):
            data_fetch.fetch("f", patience=hurried, quiet=True)
    else:
        folder = data_fetch.fetch("f", patience=hurried, quiet=True)
        assert (folder / name).read_bytes() == server.files["/f"]


def test_a_form_is_sent_by_post(server, register, noise, hurried):
    body = noise(1000)
    server.files["/cgi"] = body
    register("f", files=[{"name": "f.bin", "urls": [server.url("/cgi")], "form": {"alias": "t1 normal"}}])
    assert (data_fetch.fetch("f", patience=hurried, quiet=True) / "f.bin").read_bytes() == body
    assert [(one.method, one.body) for one in server.asked] == [("POST", b"alias=t1+normal")]


def test_a_proxy_from_the_environment_is_used(server, register, noise, hurried, monkeypatch):
    body = noise(1000)
    # A proxy is asked for the whole address.
    server.files["http://data.example/f"] = body
    monkeypatch.setenv("http_proxy", server.url(""))
    register("f", files=[{"name": "f.bin", "urls": ["http://data.example/f"]}])
    assert (data_fetch.fetch("f", patience=hurried, quiet=True) / "f.bin").read_bytes() == body


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_certificate_file_that_is_not_there_is_told(
    secure_server, register, hurried, monkeypatch, variable
):
    register("f", files=[{"name": "f.bin", "urls": [secure_server.url("/f")]}])
    monkeypatch.setenv(variable, "/nowhere/school.pem")
    with pytest.raises(ServerTrouble, match=rf"^{variable} names /nowhere/school\.pem, which is not there\."):
        data_fetch.fetch("f", patience=hurried, quiet=True)


def test_https_for_a_server_that_speaks_http_is_given_up_at_once(server, tiny, hurried, capsys):
    mirror = server.url("/mirror").replace("http://", "https://")
    folder = data_fetch.fetch("tiny", mirror=mirror, patience=hurried)
    assert (folder / "tiny.bin").read_bytes() == tiny
    said = capsys.readouterr().err
    assert "does not speak https. For a mirror in your own room, write http:// in place of https://." in said
    assert "Trying again" not in said
