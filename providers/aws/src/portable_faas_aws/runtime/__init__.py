"""What runs in the Lambdas of an app: activities, and the Python of its orchestrators from one await to the next."""
