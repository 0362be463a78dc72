"""All outgoing probes: DNS, TLS, HTTP. Deadlines, byte caps and `connect_to` live here and nowhere else."""
