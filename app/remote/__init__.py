"""Classifiers on other machines, whose answers are not trusted."""

from app.remote.breaker import Breaker
from app.remote.kserve import KServe, KServeManifest
from app.remote.manifest import RemoteManifest
from app.remote.model import RemoteModel
from app.remote.moderation import Moderation, ModerationManifest

__all__ = [
    "Breaker",
    "KServe",
    "KServeManifest",
    "Moderation",
    "ModerationManifest",
    "RemoteManifest",
    "RemoteModel",
]
