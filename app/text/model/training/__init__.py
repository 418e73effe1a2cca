"""Training of content models: needs scipy (extra `train`), never while serving."""
