"""Bring one file over from one address, going on where an earlier attempt stopped.

Pooch, which fetches for scikit-image and nilearn, starts every broken download anew, holds no lock and
follows any redirect: so the transfer is ours. Connection, proxies and certificates are those of requests.
"""

import contextlib
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests
import urllib3

from data_fetch.asking import GiveUpHere, TryAgain, answer
from data_fetch.disk import make_room, needing
from data_fetch.patience import Patience
from data_fetch.progress import Progress
from data_fetch.registered_set import RemoteFile
from data_fetch.sizes import in_words
from data_fetch.sources import host
from data_fetch.unfinished import Unfinished

_PIECE = 1 << 18
_PASSING = {408, 425, 429, 500, 502, 503, 504}


@dataclass(frozen=True)
class Request:
    """One attempt: from where, what, into what."""

    session: requests.Session
    url: str
    file: RemoteFile
    part: Unfinished
    patience: Patience
    progress: Progress


def attempt(job: Request) -> None:
    """Try once to bring the whole file into ``job.part``.

    Raises
    ------
    TryAgain, GiveUpHere
        With a sentence that names the server. What came until then stays in the part.
    """
    start = _where_to_go_on(job)
    headers = {}
    if start:
        headers["Range"] = f"bytes={start}-"
        # The server sends the whole file if it is no longer the one that the part belongs to.
        if validator := job.part.validator(job.url):
            headers["If-Range"] = validator
    asked = answer(job.session, job.url, job.patience, headers=headers, form=job.file.form)
    with contextlib.closing(asked) as response:
        start, total = _understand(job, response, start)
        if response.status_code == 416:
            return
        if total is not None:
            # The part is renamed in the end, not copied: what is still to come is all that is needed.
            unpacked = total if job.file.unpack else 0
            make_room(job.part.place.parent, total - max(start, job.part.size) + unpacked, needing(job.file))
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
        known, now = job.part.validator(job.url), response.headers.get("ETag")
        if known and now and known.startswith('"') and known != now:
            # The server paid no heed to If-Range.
            job.part.drop()
            raise TryAgain(f"{where} has a new version of the file; starting anew.", 0.0)
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
        # A server without ranges sends all of it again: the part that is here stays while its bytes come
        # once more, so that a second break does not leave less than the first.
        if not (job.file.verified or job.part.validator(job.url) == mark):
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
                job.part.lay_over(stream, piece)
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
        if limit is None or here >= limit:
            stream.truncate(here)
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
