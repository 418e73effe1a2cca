"""Tests of asynchronous checks: judging, delivering, telling."""
