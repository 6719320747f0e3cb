"""An app on Durable Functions, real or emulated, as an engine of portable_faas.

driven      what a client does beyond single requests       requests    the requests of the durable HTTP API
deployed    an app on Azure: its address, its key, real time
"""
