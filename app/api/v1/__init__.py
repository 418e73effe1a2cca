"""The native API (see docs/native-api.md)."""
