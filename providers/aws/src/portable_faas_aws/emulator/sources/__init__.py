"""What starts functions in the emulated account: queues that Lambda reads, schedules, an HTTP API.

Each works on what the account's own API created, on the emulator's clock.
"""
