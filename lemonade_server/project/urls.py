"""Every URL of the web face."""

from django.contrib import admin
from django.urls import include, path

from .health import healthz, livez

handler500 = "lemonade_server.project.trouble.server_error"

urlpatterns = [
    path("healthz", healthz),
    path("livez", livez),
    path("admin/", admin.site.urls),
    path("", include("webmail.urls")),
]
