"""Ask one server for one address: proxies, certificates, time-outs and redirects."""

import os
import re
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

import requests

from data_fetch.deadline import within
from data_fetch.patience import Patience
from data_fetch.sources import host

_CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


class TryAgain(Exception):
    """A passing trouble; ``after`` seconds if the server said so."""

    def __init__(self, sentence: str, after: float | None = None) -> None:
        super().__init__(sentence)
        self.after = after


class GiveUpHere(Exception):
    """The address will not give the file; another may."""


class Downgrade(GiveUpHere):
    """The address sends us on to a place that is not safe."""


def new_session() -> requests.Session:
    """Make a session that takes proxies and certificates from the environment."""
    session = requests.Session()
    # A compressed transfer could not be resumed byte by byte, nor be checked against Content-Length.
    session.headers.update({"Accept-Encoding": "identity", "User-Agent": "mediedu data_fetch"})
    # requests knows REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE; Python itself, and many a school, SSL_CERT_FILE.
    if certificates := os.environ.get("SSL_CERT_FILE"):
        session.verify = certificates
    return session


def answer(
    session: requests.Session,
    address: str,
    patience: Patience,
    *,
    headers: Mapping[str, str],
    form: Mapping[str, str],
) -> requests.Response:
    """Ask for an address and follow redirects, but never from https down to http.

    Parameters
    ----------
    session, address, patience
        With what, whom, and how long to ask.
    headers
        More headers, such as Range.
    form
        Fields to send by POST; empty: GET.

    Returns
    -------
    requests.Response
        Whatever the status; its body is not read yet.

    Raises
    ------
    TryAgain, GiveUpHere, Downgrade
        With a sentence that names the server.
    """
    method, data = ("POST", dict(form)) if form else ("GET", None)
    url = address
    for _ in range(10):
        response = _ask(session, method, url, patience, headers, data)
        target = response.headers.get("Location")
        if response.status_code not in (301, 302, 303, 307, 308) or not target:
            return response
        response.close()
        new = urljoin(url, target)
        if urlsplit(new).scheme not in ("http", "https"):
            raise Downgrade(f"{host(url)} sends us on to {new[:80]!r}, which is no web address.")
        if urlsplit(url).scheme == "https" and urlsplit(new).scheme != "https":
            raise Downgrade(
                f"{host(url)} sends us on from https to http ({host(new)}): refused, it is not safe."
            )
        if response.status_code in (301, 302, 303):
            method, data = "GET", None
        url = new
    raise Downgrade(f"{host(address)} sends us round in circles.")


def _ask(
    session: requests.Session,
    method: str,
    url: str,
    patience: Patience,
    headers: Mapping[str, str],
    data: dict[str, str] | None,
) -> requests.Response:
    where = host(url)

    def ask() -> requests.Response:
        return session.request(
            method,
            url,
            headers=dict(headers),
            data=data,
            stream=True,
            allow_redirects=False,
            timeout=(patience.answer, patience.silence),
        )

    try:
        return within(patience.answer, ask)
    except (TimeoutError, requests.Timeout):
        raise TryAgain(f"{where} gave no answer for {patience.answer:g} s.") from None
    except requests.exceptions.SSLError as error:
        if "WRONG_VERSION_NUMBER" in str(error) or "HTTP_REQUEST" in str(error):
            raise GiveUpHere(
                f"{where} does not speak https. For a mirror in your own room, write http:// in place of https://."
            ) from error
        if "certificate" not in str(error).lower():
            raise TryAgain(f"The secure connection to {where} broke ({_reason(error)}).") from error
        raise GiveUpHere(
            f"The certificate of {where} is not trusted ({_reason(error)}). On a network that inspects "
            "traffic, set REQUESTS_CA_BUNDLE to its certificate file."
        ) from error
    except requests.exceptions.ProxyError as error:
        raise TryAgain(f"The proxy (HTTP_PROXY, HTTPS_PROXY) did not connect us to {where}.") from error
    except requests.ConnectionError as error:
        raise TryAgain(
            f"The connection to {where} broke before an answer came ({_reason(error)})."
        ) from error
    except requests.RequestException as error:
        raise GiveUpHere(f"{where} cannot be asked: {error}.") from error
    except OSError as error:
        # requests says so in words of its own, before it asks, and without the variable's name.
        for variable in _CERTIFICATES:
            place = os.environ.get(variable)
            if place and not os.path.exists(place):
                raise GiveUpHere(
                    f"{variable} names {place}, which is not there. "
                    "Correct the path to the certificate file, or unset the variable."
                ) from error
        raise GiveUpHere(f"{where} cannot be asked: {error}.") from error


def _reason(error: BaseException) -> str:
    """Dig the last cause out of requests' nested errors: ``Connection refused`` says more than their repr."""
    text = str(error)
    found = re.findall(r"(?:Errno -?\d+\] |: )([A-Za-z][^'\"()\[\]]{3,70})", text)
    return found[-1].strip(" .") if found else type(error).__name__
