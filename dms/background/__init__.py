"""What workers do: the outbox, long jobs, exports."""
