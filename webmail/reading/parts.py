"""Parts and whole messages as files, streamed with bounded memory.

A part is somebody else's data on our origin: ``webmail.letters`` says under which headers it
may leave. Text is shown as text, pictures and PDF as what they are, all else is a download.
"""

from __future__ import annotations

from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from webmail.html.parts import attachment_headers, disposition, inline_headers, read_inline_token
from webmail.mail import MailError, PartStream, session
from webmail.pages.folders import mail_of
from webmail.pages.page import mail_page

SOURCE_TYPE = "text/plain; charset=utf-8"


@mail_page
@require_safe
def part(
    request: HttpRequest, name: str, uid: int, section: str, filename: str
) -> HttpResponseBase:
    """One part, to look at or (``?save=1``) to keep. ``filename`` is for the eye only."""
    stream = mail_of(request).part(name, uid, section)
    headers = attachment_headers(stream.info, inline="save" not in request.GET)
    return stream_response(request, stream, headers)


@require_safe
def inline(request: HttpRequest, token: str) -> HttpResponseBase:
    """A picture inside a message. The frame that shows it has no cookies: the token must do."""
    token_names = read_inline_token(token)
    if token_names is None:
        raise Http404
    try:
        email, folder, uid, section = token_names
        with session(email) as owners:
            stream = owners.part(folder, uid, section)
    except MailError as error:
        raise Http404 from error
    headers = inline_headers(stream.info)
    if headers is None:
        raise Http404
    return stream_response(request, stream, headers)


@mail_page
@require_safe
def source(request: HttpRequest, name: str, uid: int) -> HttpResponseBase:
    """The message as it is stored: as text, or (``?save=1``) as an .eml file."""
    stream = mail_of(request).source(name, uid)
    headers = attachment_headers(stream.info, inline=False)
    headers["Content-Type"] = "message/rfc822"
    if "save" not in request.GET:
        headers["Content-Type"] = SOURCE_TYPE
        headers["Content-Disposition"] = disposition(stream.info.label, inline=True)
    return stream_response(request, stream, headers)


def stream_response(
    request: HttpRequest, stream: PartStream, headers: dict[str, str]
) -> StreamingHttpResponse:
    """The octets as they come, under ``headers``."""
    chunks = stream.async_chunks() if isinstance(request, ASGIRequest) else stream.chunks()
    response = StreamingHttpResponse(chunks, headers=headers)
    if not headers["Content-Type"].startswith("text/"):
        response["Content-Encoding"] = "identity"  # most are compressed already: no gzip
    return response
