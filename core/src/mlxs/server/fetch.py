"""Files that requests name by their address, fetched for them: from the public internet alone, unless told otherwise.

A server stands where its clients may not: beside databases, routers, and a cloud's service of credentials. So every
address is looked up here and checked, that of each redirect too, and the connection goes to the address that was
checked, whatever the name means a moment later.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import Any, TypeVar
from urllib.parse import urljoin

from .. import datauri
from ..errors import BadRequest
from ..options import FetchingOptions
from ..requests import ChatRequest, ImagePart, VideoPart
from ..tasks.embedding import EmbeddingRequest

RequestT = TypeVar("RequestT")

REDIRECTS = 5
HTTP = ("http://", "https://")
NAT64 = ip_network("64:ff9b::/96")
"""IPv6 addresses that stand for IPv4 ones: https://www.rfc-editor.org/rfc/rfc6052."""


async def fetched(request: RequestT, options: FetchingOptions) -> RequestT:
    """The request with every file in it that it only named. Raises BadRequest where one cannot be had."""
    match request:
        case ChatRequest(messages=messages):
            contents = await _filled([message.content for message in messages], options, "messages.{}.content.{}")
            said = zip(messages, contents, strict=True)
            return replace(request, messages=tuple(replace(message, content=content) for message, content in said))
        case EmbeddingRequest(inputs=inputs):
            return replace(request, inputs=tuple(await _filled(inputs, options, "input.{}.{}")))
    return request


async def _filled(contents: Sequence[Any], options: FetchingOptions, param: str) -> list[Any]:
    """Contents with the files that their parts named; what has no parts stays as it is."""
    filled = [[*content] if isinstance(content, tuple) else content for content in contents]

    async def fill(n: int, m: int, part: ImagePart | VideoPart) -> None:
        filled[n][m] = replace(part, url=datauri.write(*await fetch(part.url, options, param=param.format(n, m))))

    try:
        async with asyncio.TaskGroup() as group:
            for n, content in enumerate(contents):
                for m, part in enumerate(content if isinstance(content, tuple) else ()):
                    if isinstance(part, ImagePart | VideoPart) and part.url.lower().startswith(HTTP):
                        group.create_task(fill(n, m, part))
    except* BadRequest as failed:
        raise failed.exceptions[0] from None
    return [tuple(content) if isinstance(content, list) else content for content in filled]


async def fetch(url: str, options: FetchingOptions, *, param: str) -> tuple[bytes, str]:
    """A file, and the media type it is said to be of.

    Args:
        param: The field that named it.

    Raises BadRequest where it cannot be had, or must not be.
    """
    import httpx

    try:
        async with asyncio.timeout(options.download_timeout), httpx.AsyncClient(trust_env=False) as client:
            for _ in range(REDIRECTS + 1):
                async with client.stream("GET", **await _checked(url, options, param)) as response:
                    if not response.has_redirect_location:
                        return await _body(response, options, param)
                    url = urljoin(url, response.headers["location"])
    except TimeoutError:
        raise BadRequest(f"{param}: {url} took longer than {options.download_timeout:g} seconds", param=param) from None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise BadRequest(f"{param}: {url} cannot be fetched: {error or type(error).__name__}", param=param) from None
    raise BadRequest(f"{param}: the address is redirected more than {REDIRECTS} times", param=param)


async def _body(response: Any, options: FetchingOptions, param: str) -> tuple[bytes, str]:
    if not response.is_success:
        raise BadRequest(f"{param}: the address answers with status {response.status_code}", param=param)
    file = bytearray()
    async for piece in response.aiter_raw():
        file += piece
        if len(file) > options.max_download_size:
            raise BadRequest(
                f"{param}: the file is larger than {options.max_download_size} bytes; send a smaller one, or raise "
                "--max-download-size",
                param=param,
            )
    kind = response.headers.get("content-type", "").partition(";")[0].strip()
    return bytes(file), kind or "application/octet-stream"


async def _checked(url: str, options: FetchingOptions, param: str) -> dict[str, Any]:
    """What to ask httpx for: the same host, at an address that has been checked."""
    import httpx

    asked = httpx.URL(url)
    if asked.scheme not in ("http", "https") or not asked.host:
        raise BadRequest(f"{param}: only http(s) addresses are fetched, not {url!r}", param=param)
    port = asked.port or (443 if asked.scheme == "https" else 80)
    try:
        found = await asyncio.get_running_loop().getaddrinfo(asked.host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise BadRequest(f"{param}: there is no host {asked.host!r}", param=param) from None
    addresses = [str(address[0]) for *_, address in found]
    if not options.allow_private_urls and not all(map(_is_public, addresses)):
        raise BadRequest(
            f"{param}: {asked.host} is a private address, from which nothing is fetched; send the file itself as a "
            "data URI, or serve with --allow-private-urls",
            param=param,
        )
    return {
        "url": asked.copy_with(host=addresses[0]),
        "headers": {"host": asked.netloc.decode(), "user-agent": "mlxs", "accept-encoding": "identity"},
        "extensions": {"sni_hostname": asked.host},  # whose certificate is wanted
    }


def _is_public(address: str) -> bool:
    """Whether an address is one of the internet's. IPv6 ones that stand for IPv4 ones are not: nobody needs them."""
    ip = ip_address(address.partition("%")[0])
    if ip.version == 6 and (ip.ipv4_mapped or ip.sixtofour or ip.teredo or ip in NAT64):
        return False
    return ip.is_global and not ip.is_multicast
