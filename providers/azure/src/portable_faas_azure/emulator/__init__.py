"""A stand-in for the Functions host and its Durable extension, for tests: in this process and in memory.

It calls the functions that the ``azure.functions`` app has registered, with the JSON that the real host sends, and
replays the actions that come back as the extension does. In this release it keeps everything in memory and ends with
its process; it does not load a built package, listen on HTTP or use Azurite. Nothing here has been compared with a
live Azure: what it imitates was read in the source of the Durable extension.

    functions  calls the registered functions, as the worker does      clock    virtual time
    actions    replays an action list, as the extension does           history  the recorded events
    host       instances, turns, activities, timers                    backend  the host as a portable_faas engine
"""
