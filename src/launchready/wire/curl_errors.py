"""libcurl's errors (CURLE_*) as ours: the same words for everything that fails alike."""

from errno import ECONNREFUSED

import pycurl

from launchready.errors import Closed, Garbled, NoAnswer, Refused, WireError
from launchready.formats.urls import Url
from launchready.wire.http_answer import HEADER_LIMIT_BYTES

_TOO_LARGE = 100  # CURLE_TOO_LARGE, which pycurl does not name: libcurl's own cap on header lines
_NOT_HTTP = frozenset({pycurl.E_UNSUPPORTED_PROTOCOL, pycurl.E_FTP_WEIRD_SERVER_REPLY, pycurl.E_HTTP2})
_CUT_SHORT = frozenset({pycurl.E_GOT_NOTHING, pycurl.E_RECV_ERROR, pycurl.E_SEND_ERROR, pycurl.E_PARTIAL_FILE})


def failure(curl: pycurl.Curl, error: pycurl.error, target: Url, address: str) -> WireError:
    """Why a transfer to one address of a host failed."""
    code, message = error.args
    if code == pycurl.E_OPERATION_TIMEDOUT:
        return NoAnswer(f"no answer from {address}")
    if code == pycurl.E_COULDNT_CONNECT:
        if curl.getinfo(pycurl.OS_ERRNO) == ECONNREFUSED:
            return Closed(f"nothing answers {target.scheme.upper()} on {target.host}")
        return NoAnswer(f"{address} cannot be reached from here")
    if code == pycurl.E_SSL_CONNECT_ERROR:
        return Refused(f"nothing answers HTTPS on {target.host}")
    if code == pycurl.E_PEER_FAILED_VERIFICATION:
        return Refused(f"the certificate of {target.host} cannot be trusted")
    if code == _TOO_LARGE:
        return too_many_headers(target)
    if code in _NOT_HTTP:
        return Garbled(f"what answers on {target.host} is not HTTP")
    if code in _CUT_SHORT:
        return Garbled(f"{target.host} closes the connection without a whole answer")
    return Garbled(f"{target.host} answers nonsense ({str(message)[:120] or f'libcurl error {code}'})")


def too_many_headers(target: Url) -> Garbled:
    return Garbled(f"{target.host} sends more than {HEADER_LIMIT_BYTES >> 10} KiB of headers")


def never_connected(curl: pycurl.Curl, error: pycurl.error) -> bool:
    """Whether the address was not even reached, so that another one of the host may do better."""
    if error.args[0] == pycurl.E_OPERATION_TIMEDOUT:
        return bool(curl.getinfo(pycurl.CONNECT_TIME) == 0)
    return bool(error.args[0] == pycurl.E_COULDNT_CONNECT)
