"""Disguised ways to reach somebody elsewhere (first form)."""

from app.domain.finding import Finding


def contact_findings(text: str) -> list[Finding]:
    """Contacts and links in disguise; none yet."""
    return []
