"""HTTP: from a request to a response, the same on every engine; nothing here knows who carries them."""
