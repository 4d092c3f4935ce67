"""The webmail's addresses. They are real: each can be reloaded, shared and opened in a new tab."""

from __future__ import annotations

from .attachments import urls as attachments
from .carddav import urls as carddav
from .filters import urls as filters
from .invitations import urls as invitations
from .outgoing import urls as outgoing
from .pages import urls as pages
from .people import urls as people
from .reading import urls as reading
from .search import urls as search
from .settings import urls as settings
from .transfer import urls as transfer
from .writing import urls as writing

app_name = "webmail"
urlpatterns = [
    *carddav.urlpatterns,
    *pages.urlpatterns,
    *settings.urlpatterns,
    *filters.urlpatterns,
    *transfer.urlpatterns,
    *writing.urlpatterns,
    *outgoing.urlpatterns,
    *people.urlpatterns,
    *search.urlpatterns,
    *attachments.urlpatterns,
    *invitations.urlpatterns,
    *reading.urlpatterns,
]
