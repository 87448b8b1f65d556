"""The pages about certificates, by who reads them: holders, HR, the office, machines, and anyone (public)."""
