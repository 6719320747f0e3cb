"""Lambda and Step Functions as a portable_faas provider."""
