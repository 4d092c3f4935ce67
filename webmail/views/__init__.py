"""The pages: one file per subject, thin, synchronous."""
