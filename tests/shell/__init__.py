"""Settings, supervisor, content security policy: the shell around the apps."""
