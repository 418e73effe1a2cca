"""Asynchronous checks of media: accepted here, judged and delivered by a worker."""
