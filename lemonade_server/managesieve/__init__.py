"""The ManageSieve server (RFC 5804): users keep their mail filters by it."""
