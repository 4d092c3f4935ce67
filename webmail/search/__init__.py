"""Searching: the words of a query, its panel, the page of results, saved searches."""
