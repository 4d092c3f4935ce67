"""The web face as one ASGI application: Django for HTTP, Channels for WebSockets."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lemonade_server.project.settings")
http = get_asgi_application()

# The consumers need Django set up, hence after the line above.
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402

from webmail.live.routing import urlpatterns  # noqa: E402

from .gate import BoundedBodies, OwnSockets, SecureSignIn  # noqa: E402
from .octets import CountedAnswers  # noqa: E402

application = SecureSignIn(
    ProtocolTypeRouter(
        {
            "http": CountedAnswers(BoundedBodies(http)),
            # The one knows our names, where they are known; the other that the page is ours.
            "websocket": AllowedHostsOriginValidator(
                OwnSockets(AuthMiddlewareStack(URLRouter(urlpatterns)))
            ),
        }
    )
)
