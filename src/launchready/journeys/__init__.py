"""Journeys: the engine that touches no socket, and the drivers that do."""
