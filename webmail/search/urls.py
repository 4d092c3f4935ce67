"""Addresses of searching."""

from __future__ import annotations

from django.urls import path

from . import completion, panel, results, saved_searches

urlpatterns = [
    path("search/", results.results, name="search"),
    path("search/options/", panel.panel, name="search_panel"),
    path("search/save/", saved_searches.save, name="search_save"),
    path("search/completion/", completion.completion, name="search_completion"),
    path("search/counts/", saved_searches.counts, name="search_counts"),
    path("search/saved/<str:name>/", saved_searches.change, name="search_change"),
]
