"""Bring one file over from one address, going on where an earlier attempt stopped.

Pooch, which fetches for scikit-image and nilearn, starts every broken download anew, holds no lock and
follows any redirect: so the transfer is ours. Connection, proxies and certificates are those of requests.
"""

import contextlib
import os
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from data_fetch.deadline import within
from data_fetch.disk import make_room
from data_fetch.patience import Patience
from data_fetch.progress import Progress
from data_fetch.registered_set import RemoteFile
from data_fetch.sizes import in_words
from data_fetch.sources import host
from data_fetch.unfinished import Unfinished

_PIECE = 1 << 18
_PASSING = {408, 425, 429, 500, 502, 503, 504}


class TryAgain(Exception):
    """A passing trouble; ``after`` seconds if the server said so."""

    def __init__(self, sentence: str, after: float | None = None) -> None:
        super().__init__(sentence)
        self.after = after


class GiveUpHere(Exception):
    """The address will not give the file; another may."""


class Downgrade(GiveUpHere):
    """The address sends us on to a place that is not safe."""


@dataclass(frozen=True)
class Request:
    """One attempt: from where, what, into what."""

    session: requests.Session
    url: str
    file: RemoteFile
    part: Unfinished
    patience: Patience
    progress: Progress


def new_session() -> requests.Session:
    """Make a session that takes proxies and certificates from the environment."""
    session = requests.Session()
    # A compressed transfer could not be resumed byte by byte, nor be checked against Content-Length.
    session.headers.update({"Accept-Encoding": "identity", "User-Agent": "mediedu data_fetch"})
    # requests knows REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE; Python itself, and many a school, SSL_CERT_FILE.
    if certificates := os.environ.get("SSL_CERT_FILE"):
        session.verify = certificates
    return session


def attempt(job: Request) -> None:
    """Try once to bring the whole file into ``job.part``.

    Raises
    ------
    TryAgain, GiveUpHere
        With a sentence that names the server. What came until then stays in the part.
    """
    start = _where_to_go_on(job)
    with contextlib.closing(_answer(job, start)) as response:
        start, total = _understand(job, response, start)
        if response.status_code == 416:
            return
        if total is not None:
            # The part is renamed in the end, not copied: what is still to come is all that is needed.
            make_room(job.part.place.parent, total - start, job.file.name)
        job.progress.begin(job.file.name, total or job.file.size or job.file.about, start)
        try:
            _pour(job, response, start, total)
        finally:
            job.progress.end()


def _where_to_go_on(job: Request) -> int:
    size = job.part.size
    if job.file.form or not size:
        return 0
    validator = job.part.validator(job.url)
    if job.file.verified or validator:
        # With a published hash a mixture of two versions is found out, so a part from any address serves.
        return size
    return 0


def _answer(job: Request, start: int) -> requests.Response:
    headers = {}
    if start:
        headers["Range"] = f"bytes={start}-"
        # The server sends the whole file if it is no longer the one that the part belongs to.
        if validator := job.part.validator(job.url):
            headers["If-Range"] = validator
    method, data = ("POST", dict(job.file.form)) if job.file.form else ("GET", None)
    url = job.url
    for _ in range(10):
        response = _ask(job, method, url, headers, data)
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
    raise Downgrade(f"{host(job.url)} sends us round in circles.")


def _ask(
    job: Request, method: str, url: str, headers: dict[str, str], data: dict[str, str] | None
) -> requests.Response:
    where = host(url)

    def ask() -> requests.Response:
        return job.session.request(
            method,
            url,
            headers=headers,
            data=data,
            stream=True,
            allow_redirects=False,
            timeout=(job.patience.answer, job.patience.silence),
        )

    try:
        return within(job.patience.answer, ask)
    except (TimeoutError, requests.Timeout):
        raise TryAgain(f"{where} gave no answer for {job.patience.answer:g} s.") from None
    except requests.exceptions.SSLError as error:
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


def _understand(job: Request, response: requests.Response, start: int) -> tuple[int, int | None]:
    """Read the answer's head: where its first byte belongs, and how large the whole file is.

    After status 416 nothing is to be read: the part is whole already.
    """
    where, status = host(response.url), response.status_code
    if status in _PASSING:
        raise TryAgain(f"{where} is busy (status {status}).", _retry_after(response))
    if status == 416:
        # Nothing behind our part: it is whole, or it belongs to another file.
        whole = re.fullmatch(r"bytes \*/(\d+)", response.headers.get("Content-Range", ""))
        if whole and int(whole[1]) == start:
            return start, start
        job.part.drop()
        raise TryAgain(f"{where} has a file shorter than the part that is here; starting anew.", 0.0)
    if status not in (200, 206):
        raise GiveUpHere(f"{where} answers with status {status}{_meaning(status)}.")
    if "text/html" in response.headers.get("Content-Type", "") and not job.file.name.endswith(
        (".html", ".htm")
    ):
        raise GiveUpHere(
            f"{where} sends a web page in place of {job.file.name}. "
            "On a guest network, open a browser and log in first."
        )
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    # Some servers label a .gz file itself as the encoding: then what comes is the file.
    if encoding not in ("", "identity") and not job.file.name.endswith((".gz", ".tgz")):
        raise GiveUpHere(f"{where} insists on sending {job.file.name} compressed ({encoding}).")
    length = response.headers.get("Content-Length", "")
    if status == 206:
        span = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", response.headers.get("Content-Range", ""))
        if not span or int(span[1]) != start:
            job.part.drop()
            raise TryAgain(
                f"{where} sends another stretch of the file than was asked for; starting anew.", 0.0
            )
        total = int(span[3]) if span[3] != "*" else None
    else:
        start = 0
        total = int(length) if length.isdigit() else None
    if job.file.size is not None and total is not None and total != job.file.size:
        raise GiveUpHere(
            f"{where} has a file of {total} bytes, and the registry says {job.file.size}: it is another file."
        )
    if start == 0:
        etag = response.headers.get("ETag", "")
        # A weak ETag does not promise equal bytes, so it may not stand in If-Range.
        mark = etag if etag and not etag.startswith("W/") else response.headers.get("Last-Modified", "")
        job.part.drop()
        job.part.remember(job.url, mark)
    return start, total


def _pour(job: Request, response: requests.Response, start: int, total: int | None) -> None:
    where = host(response.url)
    limit = job.file.size if job.file.size is not None else total
    here = start
    began, then = time.monotonic(), start
    with job.part.open(start) as stream:
        try:
            # read1 gives what has come; read would wait for a full piece, and never notice a trickle.
            while piece := response.raw.read1(_PIECE):
                job.part.write(stream, piece)
                here += len(piece)
                job.progress.advance(len(piece))
                if limit is not None and here > limit:
                    break
                now = time.monotonic()
                if now - began >= job.patience.window:
                    if here - then < job.patience.least * (now - began):
                        raise TryAgain(f"{where} sends less than {in_words(job.patience.least)} a second.")
                    began, then = now, here
        except (urllib3.exceptions.HTTPError, OSError) as error:
            if isinstance(error, OSError) and not isinstance(error, ConnectionError | TimeoutError):
                raise
            reason = "nothing came any more" if "timed out" in str(error).lower() else "it was cut off"
            raise TryAgain(f"The transfer from {where} broke after {in_words(here)} ({reason}).") from error
    if limit is not None and here > limit:
        job.part.drop()
        raise GiveUpHere(f"{where} sends more than the {limit} bytes that {job.file.name} has.")
    if limit is not None and here < limit:
        raise TryAgain(f"The transfer from {where} ended after {in_words(here)} of {in_words(limit)}.")


def _retry_after(response: requests.Response) -> float | None:
    value = response.headers.get("Retry-After", "").strip()
    if value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    # A date without a zone is in UTC, says the standard.
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _meaning(status: int) -> str:
    return {401: " (log-in needed)", 403: " (not allowed)", 404: " (not there)", 410: " (gone)"}.get(
        status, ""
    )


def _reason(error: BaseException) -> str:
    """Dig the last cause out of requests' nested errors: ``Connection refused`` says more than their repr."""
    text = str(error)
    found = re.findall(r"(?:Errno -?\d+\] |: )([A-Za-z][^'\"()\[\]]{3,70})", text)
    return found[-1].strip(" .") if found else type(error).__name__
