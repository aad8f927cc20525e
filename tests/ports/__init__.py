"""Tests that ask whether the fakes and the real broker and stores behave alike."""
