"""What is kept of customers and of the work: records, the audit, readings, figures."""
