"""Flow to Amazon States Language: the durable skeleton as states, the Python between them in Lambdas."""
