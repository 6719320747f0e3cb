"""A stand-in for the Functions host and its Durable extension, for tests.

It calls the functions that the ``azure.functions`` app has registered, with the JSON that the real host sends, and
replays the actions that come back as the extension does. Nothing here has been compared with a live Azure: what it
imitates was read in the source of the Durable extension (``docs/verified.md``).

    functions     calls the registered functions         library       ... through Microsoft's worker library
    worker        what the two have in common            messages      what it exchanges with that library
    clock, pace   time, and when it goes on              instance      one instance
    actions       replays an action list                 history       the recorded events
    turns         plays one turn                         host          instances, their turns, activities, timers
    store         where a host keeps its instances       azure_store   ... in Azure Storage
    management    the durable HTTP API                   server        serves it on loopback
    host_process  a host in a process of its own         process       starts one
    folder        what such a process loads              azurite       the storage itself
    backend       a host in this process as an engine    remote        a host process as an engine
    retaining     runs what forgets finished instances   placed        where an app runs: as built, or as deployed
    provided      topics and subscriptions               intended      ... that a manifest asks for
    deployed      what a function app starts with        subscribed    ... that were deployed
    rights        what roles allow                       vaults        secrets behind app settings
    surroundings  what a host serves besides             grid, blobs   Event Grid, and what tells it of objects
    sources       queues and timers                      visitor       a test's own view
"""
