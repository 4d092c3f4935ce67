"""WebSocket addresses."""

from __future__ import annotations

from django.urls import path

from .consumers import LiveConsumer

urlpatterns = [path("live/", LiveConsumer.as_asgi(), name="live")]  # type: ignore[no-untyped-call]
