"""WeChat's security API, as its clients know it (see docs/existing-sdk.md)."""
