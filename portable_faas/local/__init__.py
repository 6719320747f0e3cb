"""The embedded engine: asyncio and SQLite, a provider like the others."""
