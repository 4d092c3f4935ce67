"""Judging mail from strangers: SPF, DKIM and DMARC."""
