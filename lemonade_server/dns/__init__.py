"""The domain name system: whom we ask."""
