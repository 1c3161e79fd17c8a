"""Data sets that were fetched: from the publisher's files to a `Dataset`, one module for each form."""
