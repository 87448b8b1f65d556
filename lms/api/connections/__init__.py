"""The employer's page Connections: the keys with which its own systems read here."""
