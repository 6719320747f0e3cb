"""The rules, one to a file: each looks at the facts of one function and yields its problems."""
