"""What must survive: schema, the ledger of jobs, the archive of items and alerts."""
