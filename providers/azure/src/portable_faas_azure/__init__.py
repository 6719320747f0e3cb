"""Azure Functions and Durable Functions as a portable_faas provider."""
